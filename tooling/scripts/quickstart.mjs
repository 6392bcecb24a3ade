import { runProgram } from "./run-program.mjs";

await runProgram("apps/quickstart/src/main.ts", process.argv.slice(2));
