import { CheckpointError } from "@bertkit/checkpoints";
import { escapeControls } from "@bertkit/nn";
import { answerCommand } from "./answer-command.ts";
import { classifyCommand } from "./classify-command.ts";
import { type CommandOptions, parseCommandOptions } from "./command-options.ts";
import { commands } from "./commands.ts";
import { exportOnnxCommand } from "./export-onnx-command.ts";
import { fillMaskCommand } from "./fill-mask-command.ts";
import { infoCommand } from "./info-command.ts";
import { RunFolderError } from "../run/run-folder-error.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";
import { usage } from "./usage.ts";

type ModelCommand = (options: CommandOptions, terminal: Terminal) => Promise<void>;

/** The commands that share the options of `parseCommandOptions`. */
const modelCommands: ReadonlyMap<string, ModelCommand> = new Map([
  ["fill-mask", fillMaskCommand],
  ["classify", classifyCommand],
  ["answer", answerCommand],
  ["info", infoCommand],
  ["export-onnx", exportOnnxCommand],
]);

/** Runs the command line and returns its exit status: 0, 1 on failure, 2 on a usage error. */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const own = commands.find(({ name }) => name === args[0]);
    if (own !== undefined && !asksForHelp(args)) return (await own.run(args.slice(1), terminal)) ?? 0;
    if (own !== undefined) {
      terminal.stdout.write(own.help);
      return 0;
    }
    const options = parseCommandOptions(args);
    if (options.help) {
      terminal.stdout.write(usage(commands));
      return 0;
    }
    const command = modelCommands.get(options.command ?? "");
    if (!command) throw new UsageError(noSuchCommand(options.command));
    await command(options, terminal);
    return 0;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const theirs =
      error instanceof UsageError ||
      (RunFolderError.isInstance(error) && error.code !== "OUTPUT") ||
      (CheckpointError.isInstance(error) && error.code === "FOLDER");
    terminal.stderr.write(`bertkit: ${escapeControls(oneLine(message))}${theirs ? " (see bertkit --help)" : ""}\n`);
    return theirs ? 2 : 1;
  }
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
  const known = [...modelCommands.keys(), ...commands.map((command) => command.name)].join(", ");
  return name === undefined ? `name a command: ${known}` : `there is no command ${JSON.stringify(name)}, only ${known}`;
}
