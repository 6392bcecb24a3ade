import { parseArgs } from "node:util";
import { type BackendName, backendNames } from "@bertkit/backend";
import { type OnnxTask, onnxTasks } from "../model/save-onnx.ts";
import { UsageError } from "./usage-error.ts";

const backendChoices: readonly (BackendName | "auto")[] = ["auto", ...backendNames];

/** A validated command line. */
export interface CommandOptions {
  readonly help: boolean;
  readonly model: string | undefined;
  readonly topK: number | undefined;
  readonly backend: BackendName | "auto";
  readonly json: boolean;
  readonly nullAnswers: boolean;
  readonly task: OnnxTask | undefined;
  readonly command: string | undefined;
  /** The arguments after the command. */
  readonly operands: readonly string[];
}

/** Throws a UsageError on an unknown option or an invalid value. */
export function parseCommandOptions(args: readonly string[]): CommandOptions {
  const { values, positionals } = parse(args);
  const [command, ...operands] = positionals;
  const { help = false, model, backend = "auto", json = false, task, "null-answers": nullAnswers = false } = values;
  const topK = values["top-k"] === undefined ? undefined : wholeNumber("--top-k", values["top-k"]);
  if (!isBackendChoice(backend))
    throw new UsageError(`--backend must be one of ${backendChoices.join(", ")}, got ${JSON.stringify(backend)}`);
  if (task !== undefined && !isOnnxTask(task))
    throw new UsageError(`--task must be one of ${onnxTasks.join(", ")}, got ${JSON.stringify(task)}`);
  return { help, model, topK, backend, json, nullAnswers, task, command, operands };
}

type Values = Partial<
  Record<"model" | "top-k" | "backend" | "task", string> & Record<"help" | "json" | "null-answers", boolean>
>;

function parse(args: readonly string[]): { values: Values; positionals: string[] } {
  try {
    const options = {
      help: { type: "boolean", short: "h" },
      model: { type: "string" },
      "top-k": { type: "string" },
      backend: { type: "string" },
      json: { type: "boolean" },
      "null-answers": { type: "boolean" },
      task: { type: "string" },
    } as const;
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    const [sentence] = (error as Error).message.split(/\.\s|\n/);
    throw new UsageError(sentence);
  }
}

function wholeNumber(option: string, text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || !Number.isSafeInteger(number))
    throw new UsageError(`${option} must be a whole number of at least 1, got ${JSON.stringify(text)}`);
  return number;
}

function isBackendChoice(name: string): name is BackendName | "auto" {
  return (backendChoices as readonly string[]).includes(name);
}

function isOnnxTask(name: string): name is OnnxTask {
  return (onnxTasks as readonly string[]).includes(name);
}
