import { runProgram } from "./run-program.mjs";

await runProgram("tooling/conformance/src/main.ts", process.argv.slice(2));
