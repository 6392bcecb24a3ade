import { parseArgs } from "node:util";
import { type BackendName, backendNames, useBackend } from "@bertkit/backend";
import { escapeControls } from "@bertkit/nn";
import type { LoadedPipeline } from "../pipeline/pipeline-model.ts";
import { pipeline, type Pipelines, type PipelineTask } from "../pipeline/pipeline.ts";
import { inputLines } from "./input-lines.ts";
import { LineCount } from "./line-count.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

/** The text on the options that every command over lines has. */
export const lineOptions = `  --model FOLDER     the model: a path, an http address, or a name of the Hugging Face hub
  --backend NAME     auto (default), node, webgpu, webgl, wasm or cpu
  --json             one JSON object a line
  -h, --help         this text

Without FILE the lines are those of standard input. On a terminal a count of lines is shown on stderr while results go
elsewhere.
`;

/** The arguments of a command over lines: what its options are, read. */
export interface LineArguments<Names extends string> {
  readonly model: string;
  readonly json: boolean;
  readonly operands: readonly string[];
  readonly values: Readonly<Partial<Record<Names, string>>>;
  readonly flags: ReadonlySet<string>;
}

/**
 * Reads the arguments of a command, and selects its backend.
 *
 * @param valued names of options with a value, without "--"
 * @param flagged names of options without one
 * @throws UsageError on an unknown option, an invalid value, or without a model
 */
export async function readLineArguments<Names extends string>(
  command: string,
  args: readonly string[],
  valued: readonly Names[] = [],
  flagged: readonly string[] = [],
): Promise<LineArguments<Names>> {
  const options = {
    ...Object.fromEntries(["model", "backend", ...valued].map((name) => [name, { type: "string" } as const])),
    ...Object.fromEntries(["json", ...flagged].map((name) => [name, { type: "boolean" } as const])),
  };
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    const [sentence] = (error as Error).message.split(/\.\s|\n/);
    throw new UsageError(sentence);
  }
  const values = parsed.values as Partial<Record<Names | "model" | "backend", string>>;
  const { model, backend = "auto" } = values;
  const backends: readonly string[] = ["auto", ...backendNames];
  if (!backends.includes(backend))
    throw new UsageError(`--backend must be one of ${backends.join(", ")}, got ${JSON.stringify(backend)}`);
  if (model === undefined) throw new UsageError(`${command} needs --model FOLDER`);
  await useBackend(backend as BackendName | "auto");
  const flags = new Set(Object.keys(parsed.values).filter((name) => parsed.values[name] === true));
  return { model, json: flags.has("json"), operands: parsed.positionals, values, flags };
}

/** @throws UsageError unless a text is a whole number of at least one */
export function countOf(option: string, text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || !Number.isSafeInteger(count))
    throw new UsageError(`--${option} must be a whole number of at least 1, got ${JSON.stringify(text)}`);
  return count;
}

/** @throws UsageError unless a text is one of some choices */
export function choiceOf<Choice extends string>(option: string, text: string, choices: readonly Choice[]): Choice {
  const found = choices.find((choice) => choice === text);
  if (found === undefined)
    throw new UsageError(`--${option} must be one of ${choices.join(", ")}, got ${JSON.stringify(text)}`);
  return found;
}

/**
 * Runs a task over the lines of the files, or of standard input, and prints each result as soon as it is there.
 *
 * @param call the task's results of a stream of lines
 * @param fields what --json has beside the text
 * @param print a result for people, of one line or several
 */
export async function runOverLines<Task extends PipelineTask, Result>(
  { model, json, operands }: Pick<LineArguments<string>, "model" | "json" | "operands">,
  { stdin, stdout, stderr }: Terminal,
  task: Task,
  call: (pipe: Pipelines[Task], lines: AsyncIterable<string>) => AsyncIterable<Result>,
  fields: (result: Result) => object,
  print: (result: Result, text: string) => string,
): Promise<void> {
  const pipe = await pipeline(task, model);
  const count = new LineCount(stdout, stderr);
  try {
    const waiting: string[] = [];
    const lines = (async function* () {
      for await (const line of inputLines(operands, stdin)) {
        waiting.push(line);
        yield line;
      }
    })();
    for await (const result of call(pipe, lines)) {
      const text = waiting.shift()!;
      if (json) stdout.write(`${escapeControls(JSON.stringify({ text, ...fields(result) }))}\n`);
      else stdout.write(print(result, text));
      count.add(1);
    }
  } finally {
    count.end();
    (pipe as LoadedPipeline).dispose();
  }
}
