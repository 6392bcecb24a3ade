import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeEach, describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const copy = mkdtempSync(join(tmpdir(), "bertkit-levels-"));
const turbo = join(root, "node_modules", ".bin", "turbo");

/** A copy of the workspace's manifests, with sources that import nothing. */
beforeEach(() => {
  rmSync(copy, { recursive: true, force: true });
  for (const file of [
    "package.json",
    "turbo.json",
    "pnpm-workspace.yaml",
    "pnpm-lock.yaml",
    "tooling/package.json",
    "tooling/testing/package.json",
  ]) {
    mkdirSync(join(copy, file, ".."), { recursive: true });
    cpSync(join(root, file), join(copy, file));
  }
  for (const name of readdirSync(join(root, "packages"))) {
    for (const file of ["package.json", "turbo.json"])
      cpSync(join(root, "packages", name, file), join(copy, "packages", name, file));
    const { exports, imports = {} } = JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8"));
    const chosen = Object.values<{ node: string; default: string }>(imports).flatMap((pair) => Object.values(pair));
    for (const target of [...Object.values<string>(exports), ...chosen])
      if (target.endsWith(".ts")) write(`packages/${name}/${target}`, "export {};\n");
  }
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

function write(file: string, text: string): void {
  mkdirSync(join(copy, file, ".."), { recursive: true });
  writeFileSync(join(copy, file), text);
}

/** Adds a dependency to a package of the copy, so that only the arrow is violated. */
function depend(name: string, on: string, kind: "dependencies" | "devDependencies" = "dependencies"): void {
  const file = join(copy, "packages", name, "package.json");
  const manifest = JSON.parse(readFileSync(file, "utf8"));
  manifest[kind] = { ...manifest[kind], [on]: "workspace:^" };
  writeFileSync(file, JSON.stringify(manifest));
}

function run(command: string, args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: copy, encoding: "utf8" });
  return { status, output: stdout + stderr };
}

const arrows = (): ReturnType<typeof run> =>
  run(process.execPath, [join(root, "tooling/scripts/check-levels.mjs"), copy]);
const boundaries = (): ReturnType<typeof run> => run(turbo, ["boundaries"]);

describe("a workspace that follows the arrows", () => {
  test("passes both checks", () => {
    expect(arrows()).toEqual({ status: 0, output: "" });
    expect(boundaries()).toMatchObject({ status: 0 });
  });

  test("may import testing and backend in tests", () => {
    depend("nn", "@bertkit/backend", "devDependencies");
    write("packages/nn/src/x.test.ts", 'import "@bertkit/testing";\nimport "@bertkit/backend";\n');
    expect(arrows()).toEqual({ status: 0, output: "" });
    expect(boundaries()).toMatchObject({ status: 0 });
  });
});

describe("rejected by both checks", () => {
  test.each([
    { what: "upwards", from: "ops", to: "@bertkit/nn" },
    { what: "upwards over two levels", from: "nn", to: "@bertkit/heads" },
    { what: "sideways at level 2", from: "encoder", to: "@bertkit/training" },
    { what: "to the umbrella", from: "heads", to: "bertkit" },
  ])("an import $what: $from → $to", ({ from, to }) => {
    depend(from, to);
    write(`packages/${from}/src/breach.ts`, `export * from "${to}";\n`);
    const own = arrows();
    expect(own.status).toBe(1);
    expect(own.output).toContain(`packages/${from}/src/breach.ts: imports ${to}`);
    expect(own.output).toContain(`packages/${from}/package.json: depends on ${to}`);
    expect(boundaries().status).toBe(1);
  });

  test("an import that package.json does not declare", () => {
    write("packages/nn/src/breach.ts", 'import "left-pad";\n');
    expect(arrows().output).toContain("imports left-pad, which package.json does not declare");
    expect(boundaries().status).toBe(1);
  });

  test("a relative import into another package", () => {
    write("packages/encoder/src/breach.ts", 'export * from "../../nn/src/index.ts";\n');
    expect(boundaries().status).toBe(1);
  });
});

describe("rejected only by the table of arrows", () => {
  test.each([
    { from: "tokenizer", to: "@bertkit/metrics" },
    { from: "ops", to: "@bertkit/tokenizer" },
    { from: "checkpoints", to: "@bertkit/tokenizer" },
    { from: "nn", to: "@bertkit/backend" },
  ])("no arrow goes $from → $to", ({ from, to }) => {
    depend(from, to);
    write(`packages/${from}/src/breach.ts`, `await import("${to}");\n`);
    expect(arrows()).toMatchObject({ status: 1, output: expect.stringContaining(`breach.ts: imports ${to}`) });
  });

  test("a development dependency in shipped code", () => {
    write("packages/metrics/src/breach.ts", 'export { test } from "vitest";\n');
    expect(arrows().output).toContain("imports vitest, which package.json does not declare outside devDependencies");
  });

  test("a Node module that browsers would load", () => {
    write("packages/tokenizer/src/index.ts", 'export * from "./files.ts";\n');
    write(
      "packages/tokenizer/src/files.ts",
      'import { readFile } from "node:fs/promises";\nexport const read = readFile;\n',
    );
    expect(arrows().output).toContain(
      'files.ts: imports node:fs/promises, but browsers load this file. Export it under a "/node" subpath, or select',
    );
  });

  test("a Node module behind a condition that browsers have too", () => {
    write("packages/bertkit/src/index.ts", 'export * from "#folders";\n');
    expect(arrows()).toEqual({ status: 0, output: "" });
    write("packages/bertkit/src/platform/folders.node.ts", 'export * from "@bertkit/checkpoints/node";\n');
    expect(arrows()).toEqual({ status: 0, output: "" });
    write("packages/bertkit/src/platform/folders.web.ts", 'export * from "@bertkit/checkpoints/node";\n');
    expect(arrows().output).toContain(
      "folders.web.ts: imports @bertkit/checkpoints/node, but browsers load this file.",
    );
  });

  test("a # import that package.json does not choose a file for", () => {
    write("packages/nn/src/breach.ts", 'import "#absent";\n');
    expect(arrows().output).toContain("imports #absent, which package.json does not declare");
  });

  test("an import that no bundler can follow", () => {
    write("packages/nn/src/breach.ts", 'const name = "node:fs";\nawait import(/* @vite-ignore */ name);\n');
    expect(arrows().output).toContain("breach.ts: import(name) hides a module from bundlers.");
  });

  test.each([
    ["a static import", 'import "@tensorflow/tfjs-backend-wasm";\n'],
    ["import() outside a try", 'await import("@tensorflow/tfjs-backend-wasm");\n'],
    [
      "import() in a function that a try calls",
      'try { [1].map(() => import("@tensorflow/tfjs-backend-wasm")); } catch {}\n',
    ],
    ["a try that catches nothing", 'try { await import("@tensorflow/tfjs-backend-wasm"); } finally {}\n'],
  ])("an optional peer that a build would require: %s", (_, code) => {
    write("packages/backend/src/breach.ts", code);
    expect(arrows().output).toContain(
      "breach.ts: imports @tensorflow/tfjs-backend-wasm, an optional peer, outside a try",
    );
  });

  test("a package without a level", () => {
    write("packages/novelty/package.json", '{ "name": "@bertkit/novelty" }');
    expect(arrows().output).toContain("packages/novelty: is not in");
  });
});
