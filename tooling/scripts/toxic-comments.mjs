import { runProgram } from "./run-program.mjs";

await runProgram("apps/toxic-comments/src/main.ts", process.argv.slice(2));
