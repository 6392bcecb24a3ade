// Every README starts with a program, which is type-checked and run here exactly as a reader would copy it.
import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { afterAll, describe, expect, test } from "vitest";
import { bareName } from "./scripts/followable-imports.mjs";
import { openingExample } from "./testing/src/opening-example.ts";
import { publicPackages, root } from "./testing/src/packages.ts";

interface Example {
  readme: string;
  /** The program; undefined if the README does not start with one. */
  code: string | undefined;
  /** A file inside the package, so that imports resolve as in the package, also of its own name. */
  file: string;
}

const examples: Example[] = publicPackages.map(({ folder, path }) => {
  const readme = join(path, "README.md");
  const text = existsSync(readme) ? readFileSync(readme, "utf8") : "";
  return {
    readme: `packages/${folder}/README.md`,
    code: openingExample(text)?.code,
    file: join(path, ".readme-example.ts"),
  };
});
// The root is not a package; bertkit has all dependencies of its example.
const rootReadme = join(root, "README.md");
const rootExample: Example = {
  readme: "README.md",
  code: existsSync(rootReadme) ? /^```ts\n(.*?)^```$/ms.exec(readFileSync(rootReadme, "utf8"))?.[1] : undefined,
  file: join(root, "packages", "bertkit", ".readme-example.root.ts"),
};
const all = [...examples, rootExample];

for (const { code, file } of all) if (code !== undefined) writeFileSync(file, code);
afterAll(() => all.forEach(({ file }) => rmSync(file, { force: true })));

function typeErrors(files: string[]): Map<string, string[]> {
  const { config } = ts.readConfigFile(join(root, "tooling/tsconfig/base.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const program = ts.createProgram(files, { ...options, isolatedDeclarations: false, declaration: false });
  return new Map(
    files.map((file) => [
      file,
      ts
        .getPreEmitDiagnostics(program, program.getSourceFile(file))
        .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " ")),
    ]),
  );
}

function run(file: string): Promise<{ code: number | null; output: string }> {
  const tsx = pathToFileURL(createRequire(join(root, "package.json")).resolve("tsx")).href;
  const child = spawn(process.execPath, ["--import", tsx, file], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, output })));
}

describe.each(publicPackages)("packages/$folder/README.md", ({ folder, path, manifest }) => {
  const { install, code } = openingExample(readFileSync(join(path, "README.md"), "utf8")) ?? { install: "", code: "" };
  const installed = install.split(" ").slice(2);

  test("installs the package and everything else that the example imports", () => {
    expect(installed[0]).toBe(manifest.name);
    const { importedFiles } = ts.preProcessFile(code, true, true);
    const imported = importedFiles
      .map(({ fileName }) => bareName(fileName))
      .filter((name) => !name.startsWith("node:"));
    expect(installed).toEqual(expect.arrayContaining(imported));
  });

  test("installs the native backend without its install script", () => {
    const native = installed.some((name) => name === "@bertkit/backend-onnxruntime");
    expect(installed.includes("--ignore-scripts"), folder).toBe(native);
  });
});

describe("README examples", () => {
  const errors = typeErrors(all.filter(({ code }) => code !== undefined).map(({ file }) => file));

  test.concurrent.each(all)(
    "$readme opens with a program that type-checks and runs",
    async ({ code, file, readme }) => {
      expect(code, `${readme}: no \`\`\`ts block after the title and a sentence`).toBeDefined();
      expect(errors.get(file)).toEqual([]);
      const ended = await run(file);
      expect(ended.code, ended.output).toBe(0);
    },
  );
});
