#!/usr/bin/env node
import { outputErrorText } from "./error-text.ts";
import { runCommandLine } from "./run-command-line.ts";

process.stderr.on("error", () => {}); // there is nowhere to report it
// A reader that stops early, such as `head`, is not an error. A command that saves first has a listener of its own.
let isLeftToCommand = false;
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  isLeftToCommand ||= process.stdout.listenerCount("error") > 1;
  if (isLeftToCommand) return;
  if (error.code === "EPIPE") process.exit(0);
  process.stderr.write(`bertkit: ${outputErrorText(error)}\n`);
  process.exit(1);
});
process.exitCode = await runCommandLine(process.argv.slice(2), process);
