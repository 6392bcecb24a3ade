import { createRequire } from "node:module";
import { CheckpointError } from "@bertkit/checkpoints";
import { didYouMean } from "@bertkit/checks";
import { escapeControls } from "@bertkit/nn";
import { RunFolderError } from "../run/run-folder-error.ts";
import { commands } from "./commands.ts";
import { errorText } from "./error-text.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";
import { usage } from "./usage.ts";

/** Runs the command line and returns its exit status: 0, 1 on failure, 2 on a usage error. */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = args;
  const command = commands.find((known) => known.name === name);
  try {
    if (asksForHelp(args)) {
      terminal.stdout.write(command?.help ?? usage(commands));
      return 0;
    }
    if (name === "--version") {
      terminal.stdout.write(`${version()}\n`);
      return 0;
    }
    if (command === undefined) throw new UsageError(noSuchCommand(name));
    return (await command.run(rest, terminal)) ?? 0;
  } catch (error) {
    const { text, isMissingFile } = errorText(error);
    const isUsage =
      isMissingFile ||
      error instanceof UsageError ||
      (RunFolderError.isInstance(error) && error.code !== "OUTPUT") ||
      isWrongFolder(error);
    terminal.stderr.write(
      `bertkit: ${escapeControls(oneLine(text))}${isUsage ? ` (see bertkit ${command ? `${command.name} ` : ""}--help)` : ""}\n`,
    );
    return isUsage ? 2 : 1;
  }
}

/** Whether a folder or repository was named that is none; not if the network or the disk failed, or a file is damaged. */
function isWrongFolder(error: unknown): boolean {
  if (!CheckpointError.isInstance(error) || error.code !== "FOLDER") return false;
  return error.cause === undefined || isWrongFolder(error.cause);
}

/** The version of this package. */
function version(): string {
  return (createRequire(import.meta.url)("bertkit/package.json") as { version: string }).version;
}

/** Whether `--help` is among the options, before any "--". */
function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return args.slice(0, end < 0 ? args.length : end).some((arg) => arg === "--help" || arg === "-h");
}

/** Joins the lines of a message. */
function oneLine(message: string): string {
  return message
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join(" ");
}

function noSuchCommand(name: string | undefined): string {
  const known = commands.map((command) => command.name);
  return name === undefined
    ? `name a command: ${known.join(", ")}`
    : `there is no command ${JSON.stringify(name)}, only ${known.join(", ")}.${didYouMean(name, known)}`.replace(
        /\.$/,
        "",
      );
}
