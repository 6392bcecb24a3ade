// bertkit in Node: as a module, as CommonJS, with types, and bundled.
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { join } from "node:path";
import { expectSame } from "./expected.ts";
import { program, source } from "./program-files.ts";
import type { Ran } from "./programs/program.ts";
import type { Consumer } from "./workshop.ts";

export interface RanInNode extends Ran {
  node: string;
  /** The files of the exported model, or the error. */
  files: string[];
}

export async function writePrograms(consumer: Consumer): Promise<void> {
  const files: Record<string, string> = {};
  for (const name of ["program", "node-main"]) {
    files[`esm/${name}.js`] = await program(name);
    files[`cjs/${name}.cjs`] = await program(name, "cjs");
    files[`ts/${name}.ts`] = source(name);
  }
  consumer.write({ ...files, "esm/package.json": '{ "type": "module" }', "ts/package.json": '{ "type": "module" }' });
}

/** Runs a program with this or another Node, and compares it with a reference, if given. */
export async function runInNode(
  consumer: Consumer,
  file: string,
  { command = "node", reference }: { command?: string; reference?: Ran } = {},
): Promise<RanInNode> {
  const ran = JSON.parse(
    (await consumer.run(command, join(consumer.path, file))).trim().split("\n").at(-1)!,
  ) as RanInNode;
  assert.deepEqual(ran.files, ["model.onnx"]);
  if (reference) expectSame(ran, "node", reference);
  return ran;
}

const strict = { strict: true, target: "es2022", types: ["node"], skipLibCheck: true, outDir: "../from-ts" };

/** Compiles the programs as a user of TypeScript would. */
export async function compile(consumer: Consumer, resolution: "nodenext" | "bundler"): Promise<void> {
  const module = resolution === "nodenext" ? "nodenext" : "esnext";
  const compilerOptions = { ...strict, module, moduleResolution: resolution };
  consumer.write({
    "ts/tsconfig.json": JSON.stringify({ compilerOptions }),
    "from-ts/package.json": '{ "type": "module" }',
  });
  await consumer.run("tsc", "-p", "ts");
}

/** Bundles node-main.js for Node. */
export const nodeBundlers = {
  webpack: (consumer: Consumer) =>
    webpack(
      consumer,
      { target: "node", entry: "./esm/node-main.js", output: { filename: "main.cjs" } },
      "webpack-node",
    ),
  esbuild: (consumer: Consumer) =>
    consumer.run(
      "esbuild",
      "esm/node-main.js",
      "--bundle",
      "--platform=node",
      "--format=esm",
      "--outfile=esbuild-node/main.mjs",
      // Bundled CommonJS needs require; recommended by esbuild.
      "--banner:js=import { createRequire as forCommonJs } from 'node:module'; const require = forCommonJs(import.meta.url);",
    ),
};

/** Builds with webpack's production defaults, except the minimizer, which takes minutes. */
export async function webpack(consumer: Consumer, config: object, folder: string, minimize = false): Promise<void> {
  const full = { mode: "production", optimization: { minimize }, ...config };
  consumer.write({
    [`${folder}.config.cjs`]: `const config = ${JSON.stringify(full)};
config.output = { ...config.output, path: require("node:path").join(__dirname, "${folder}") };
module.exports = config;`,
    [`${folder}.cjs`]: `require("webpack")(require("./${folder}.config.cjs"), (error, stats) => {
  process.stdout.write(String(error ?? stats.toString({ all: false, errors: true, warnings: true, errorDetails: false })));
  process.exitCode = error || stats.hasErrors() ? 1 : 0;
});`,
  });
  await consumer.run("node", `${folder}.cjs`);
}

export function sizeOf(consumer: Consumer, file: string): number {
  return statSync(join(consumer.path, file)).size;
}
