// npm run consumers [-- NAME …]: the packed packages, installed, built and run as users do.
import { runProgram } from "./run-program.mjs";

await runProgram("tooling/consumers/src/main.ts", process.argv.slice(2));
