import { runProgram } from "./run-program.mjs";

await runProgram("apps/playground/src/main.ts", process.argv.slice(2));
