import type { BackendName } from "@bertkit/backend";
import { escapeControls } from "@bertkit/nn";
import type { LoadedPipeline } from "../pipeline/pipeline-model.ts";
import type { Pipelines, PipelineTask } from "../pipeline/load-pipeline.ts";
import { inputLines } from "./input-lines.ts";
import { LineCount } from "./line-count.ts";
import { loadPipeline } from "./load-model.ts";
import type { OptionsOf } from "./options/option.ts";
import { backendOption, encodingOption, linesAsJson, modelOption } from "./options/shared-options.ts";
import type { Terminal } from "./terminal.ts";

export interface LineValues {
  readonly model?: string;
  readonly backend?: BackendName | "auto";
  readonly json?: boolean;
  readonly encoding?: string;
}

/** The options of every command over lines. */
export const lineOptions: OptionsOf<LineValues> = {
  model: modelOption,
  encoding: encodingOption,
  backend: backendOption,
  json: linesAsJson,
};

/** Help text about the input of a command over lines. */
export const lineInput = `Without FILE, lines are read from standard input. Blank lines are skipped. If results are redirected, a
count of lines is shown on the terminal.
`;

/** The same if blank lines are not skipped. */
export const lineInputWithBlank: string = lineInput.replace("are skipped", "are empty texts");

/**
 * Runs a task over the lines of the files, or of standard input, and prints each result as soon as it is available.
 *
 * @param command with its parsed command line, and whether blank lines are texts too
 * @param call the task's results for a stream of lines
 * @param fields what --json prints beside the text
 * @param print formats a result as text, in one line or several
 * @throws UsageError without --model
 */
export async function runOverLines<Task extends PipelineTask, Result>(
  command: {
    readonly name: string;
    readonly values: LineValues;
    readonly operands: readonly string[];
    readonly blank?: boolean;
  },
  { stdin, stdout, stderr }: Terminal,
  task: Task,
  call: (pipe: Pipelines[Task], lines: AsyncIterable<string>) => AsyncIterable<Result>,
  fields: (result: Result) => object,
  print: (result: Result, text: string) => string,
): Promise<void> {
  const { name, values, operands, blank = false } = command;
  const pipe = await loadPipeline(name, task, values, stderr);
  const count = new LineCount(stdout, stderr);
  try {
    const waiting: string[] = [];
    const lines = (async function* () {
      for await (const line of inputLines(operands, stdin, { encoding: values.encoding, blank })) {
        waiting.push(line);
        yield line;
      }
    })();
    for await (const result of call(pipe, lines)) {
      const text = waiting.shift()!;
      if (values.json === true) stdout.write(`${escapeControls(JSON.stringify({ text, ...fields(result) }))}\n`);
      else stdout.write(print(result, text));
      count.add(1);
    }
  } finally {
    count.end();
    (pipe as LoadedPipeline).dispose();
  }
}
