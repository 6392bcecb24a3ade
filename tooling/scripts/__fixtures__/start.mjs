import { runProgram } from "../run-program.mjs";

await runProgram(process.argv[2], process.argv.slice(3));
