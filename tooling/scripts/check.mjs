// npm run check: all checks except the tests.
import { runChecks } from "./checks.mjs";
import { setUp } from "./setup.mjs";

await setUp();
const failed = await runChecks();
if (failed.length > 0) process.stdout.write(`failed: ${failed.join(", ")}\n`);
process.exitCode = failed.length > 0 ? 1 : 0;
