#!/usr/bin/env node
import { runCommandLine } from "./run-command-line.ts";

// A reader that stops early, such as `head`, is not an error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
process.exitCode = await runCommandLine(process.argv.slice(2), process);
