// npm run bench -- NAME: a benchmark is a file benchmarks/src/NAME.bench.ts.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "./run-program.mjs";
import { root, stop } from "./workspace.mjs";

const ending = ".bench.ts";
const [name, ...args] = process.argv.slice(2);
const names = readdirSync(join(root, "benchmarks", "src"))
  .filter((file) => file.endsWith(ending))
  .map((file) => file.slice(0, -ending.length));
if (name === undefined || !names.includes(name)) {
  stop(
    `bench: ${name === undefined ? "a name is required" : `unknown benchmark ${name}`}. Run \`npm run bench -- NAME\` with one of: ${names.join(", ")}.`,
    2,
  );
}
await runProgram(`benchmarks/src/${name}${ending}`, args);
