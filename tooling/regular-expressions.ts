import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/** A regular expression in a source file. */
export interface FoundExpression {
  /** path:line */
  readonly place: string;
  readonly expression: RegExp;
}

/** All regular expression literals of the packages and apps, without tests and fixtures. */
export function regularExpressions(root: string): FoundExpression[] {
  return ["packages", "apps"].flatMap((group) =>
    readdirSync(join(root, group)).flatMap((name) =>
      sources(join(root, group, name, "src")).flatMap((path) => inFile(path, path.slice(root.length + 1))),
    ),
  );
}

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && /\.tsx?$/.test(file.name) && !/\.test\.tsx?$/.test(file.name))
    .map((file) => join(file.parentPath, file.name))
    .filter((path) => !/__fixtures__|\/(?:attacks|fuzz)\//.test(path))
    .sort();
}

function inFile(path: string, name: string): FoundExpression[] {
  const text = readFileSync(path, "utf8");
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.Latest);
  const found: FoundExpression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf("/");
      found.push({
        place: `${name}:${file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1}`,
        expression: new RegExp(node.text.slice(1, end), node.text.slice(end + 1)),
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

const samples: Readonly<Record<string, string>> = {
  s: " ",
  d: "1",
  w: "a",
  S: "a",
  D: "a",
  W: "-",
  n: "\n",
  t: "\t",
  r: "\r",
};

/** The characters in an expression, and one of each class. */
function charactersOf({ source }: RegExp): string[] {
  const found = new Set(["a", " "]);
  for (let i = 0; i < source.length; i++) {
    if (source[i] !== "\\") {
      if (!"()|*+?^$[]{}".includes(source[i]!)) found.add(source[i]!);
      continue;
    }
    const next = source[++i]!;
    const unicode = /^(?:u([0-9a-f]{4})|x([0-9a-f]{2}))/i.exec(source.slice(i));
    found.add(unicode ? String.fromCharCode(Number.parseInt(unicode[1] ?? unicode[2]!, 16)) : (samples[next] ?? next));
  }
  return [...found].slice(0, 9);
}

/**
 * Short texts that, repeated, may cause backtracking: each character of the expression, each pair, and its own source.
 */
export function maliciousRepeats(expression: RegExp): string[] {
  const characters = charactersOf(expression);
  const written = expression.source.replace(/\\([^a-z])/gi, "$1").replace(/[\^$()?*+]/g, "");
  return [...characters, ...characters.flatMap((a) => characters.map((b) => a + b)), written].filter(Boolean);
}

/** Finds all matches in a text, as matchAll and replaceAll do. */
export function searchAll(expression: RegExp, text: string): void {
  if (!expression.global) return void expression.exec(text);
  text.replaceAll(expression, "");
}
