import type { BackendName } from "@bertkit/backend";
import { number, wholeNumber } from "@bertkit/checks";
import { type DataOptions, dataOptions, dataOptionsOf } from "./data/data-options.ts";
import { requireUsed } from "./data/require-used.ts";
import type { Task } from "./data/task.ts";
import { choiceOption, flag, numberOption, type OptionsOf, textOption } from "./options/option.ts";
import { backendOption } from "./options/shared-options.ts";
import type { TaskOptions } from "./tasks/task-kind.ts";
import { UsageError } from "./usage-error.ts";

/** The command line of `bertkit evaluate --data` and `bertkit predict`. */
export interface EvaluationValues extends DataOptions {
  readonly model?: string;
  readonly data?: string;
  readonly task?: "rank" | "embed";
  readonly length?: number;
  readonly nullAnswers?: boolean;
  readonly nullThreshold?: number;
  readonly backend?: BackendName | "auto";
}

/** The options that `bertkit evaluate` and `bertkit predict` share. */
export const evaluationOptions: OptionsOf<EvaluationValues> = {
  model: textOption("FOLDER", "a fine-tuned model, such as one that bertkit finetune saved"),
  data: textOption("FILE", "the examples"),
  task: choiceOption(
    ["rank", "embed"],
    "rank: use a classifier with one output as a cross-encoder; embed: compare the vectors of texts, with any model (default: the task of the model's head)",
  ),
  ...dataOptions,
  length: numberOption(
    wholeNumber(8),
    "maximum tokens of a text (default: as in the model's folder, else 128; rank 256, answer 384)",
  ),
  nullAnswers: flag('questions: "no answer" is one answer, for models trained on SQuAD 2.0'),
  nullThreshold: numberOption(number(), 'questions: how much more likely "no answer" must be (default 0)', "X"),
  backend: backendOption,
};

/**
 * @param operands of the command line, which has --data
 * @throws UsageError for operands, and for a threshold without the answer that it is about
 */
export function requireData(
  command: string,
  { nullAnswers = false, nullThreshold }: EvaluationValues,
  operands: readonly string[],
): void {
  if (operands.length > 0)
    throw new UsageError(
      `${command} reads one FILE, got also ${operands.map((operand) => JSON.stringify(operand)).join(" ")}. Leave it out`,
    );
  if (nullThreshold !== undefined && !nullAnswers)
    throw new UsageError('--null-threshold is for "no answer", which needs --null-answers. Give both, or neither');
}

/** @throws UsageError for options that have no effect on the examples of a file, or on the task */
export function requireEffect(task: Task, file: string, values: EvaluationValues): void {
  if (values.nullAnswers && task !== "answer")
    throw new UsageError(`--null-answers is for questions, but the task of this model is ${task}. Leave it out`);
  requireUsed(task, [file], dataOptionsOf(values), { training: false });
}

export function taskOptionsOf(values: EvaluationValues, log: (line: string) => void): TaskOptions {
  const { length, nullAnswers = false, nullThreshold } = values;
  return { ...dataOptionsOf(values), length, batch: undefined, seed: 0, nullAnswers, nullThreshold, log };
}
