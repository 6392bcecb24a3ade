#!/usr/bin/env node
import { runCommandLine } from "./run-command-line.ts";

// A reader that stops early, such as `head`, is not an error. A command that saves first has a listener of its own.
let isLeftToCommand = false;
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  isLeftToCommand ||= process.stdout.listenerCount("error") > 1;
  if (!isLeftToCommand) process.exit(error.code === "EPIPE" ? 0 : 1);
});
process.exitCode = await runCommandLine(process.argv.slice(2), process);
