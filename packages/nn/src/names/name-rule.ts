import { checkObjects, checkOptions, checkText, checkTexts, text } from "@bertkit/checks";
import { fillPattern, matchPattern } from "./name-pattern.ts";

/**
 * One row of a name table: the path of a variable in a model, and its name in a file. `{i}` stands for a number and
 * must be in both. The first matching rule of a table wins. Tables work in both directions.
 */
export interface NameRule {
  /** The variable's path in the model: `layers.{i}.attention.query.kernel`. */
  readonly path: string;
  /** Its name in a file: `encoder.layer.{i}.attention.self.query.weight`. */
  readonly name: string;
  /** The file has the matrix transposed, as the [out, in] weights of PyTorch's Linear. Only for a variable of two axes. */
  readonly transpose?: boolean;
  /** Other names in files; only used for reading. */
  readonly aliases?: readonly string[];
  /** The file has the same elements in another shape: read from any shape, written in the variable's shape. */
  readonly reshape?: boolean;
}

/** A rule applied to one variable. */
export interface NamedVariable {
  readonly path: string;
  readonly name: string;
  readonly transpose: boolean;
  readonly aliases: readonly string[];
  readonly reshape: boolean;
}

/** The name of the variable at `path`, or undefined if no rule matches. */
export function nameOfPath(rules: readonly NameRule[], path: string): NamedVariable | undefined {
  checkText("nameOfPath", "path", path);
  return applyRules("nameOfPath", rules, path, (rule) => [rule.path]);
}

/** The variable of a `name` or alias, or undefined if no rule matches. */
export function pathOfName(rules: readonly NameRule[], name: string): NamedVariable | undefined {
  checkText("pathOfName", "name", name);
  return applyRules("pathOfName", rules, name, (rule) => [rule.name, ...(rule.aliases ?? [])]);
}

/** Prefixes of each path, and of each name and alias. Default "". */
export interface Prefixes {
  readonly path?: string;
  readonly name?: string;
}

/** The table of a part of a larger model: adds a prefix to every path, name and alias. */
export function prefixRules(rules: readonly NameRule[], prefixes: Prefixes): NameRule[] {
  checkOptions("prefixRules", prefixes, { path: text, name: text });
  checkRules("prefixRules", rules);
  const { path = "", name = "" } = prefixes;
  return rules.map((rule) => ({
    ...rule,
    path: path + rule.path,
    name: name + rule.name,
    ...(rule.aliases && { aliases: rule.aliases.map((alias) => name + alias) }),
  }));
}

/** Tables that were checked: one is used for every variable of a model. */
const checked = new WeakSet<readonly NameRule[]>();

function checkRules(where: string, rules: readonly NameRule[]): void {
  if (checked.has(rules)) return;
  checkObjects(where, "rules", rules, "{ path, name }", "path", "name");
  for (const [i, { path, name, aliases }] of rules.entries()) {
    if (typeof path !== "string") checkText(where, `rules[${i}].path`, path);
    if (typeof name !== "string") checkText(where, `rules[${i}].name`, name);
    if (aliases !== undefined) checkTexts(where, `rules[${i}].aliases`, aliases);
  }
  checked.add(rules);
}

function applyRules(
  where: string,
  rules: readonly NameRule[],
  text: string,
  patterns: (rule: NameRule) => readonly string[],
): NamedVariable | undefined {
  checkRules(where, rules);
  for (const rule of rules) {
    for (const pattern of patterns(rule)) {
      const numbers = matchPattern(pattern, text);
      if (!numbers) continue;
      return {
        path: fillPattern(rule.path, numbers),
        name: fillPattern(rule.name, numbers),
        transpose: rule.transpose ?? false,
        reshape: rule.reshape ?? false,
        aliases: (rule.aliases ?? []).map((alias) => fillPattern(alias, numbers)),
      };
    }
  }
  return undefined;
}
