import { existsSync, realpathSync } from "node:fs";
import type { BackendName } from "@bertkit/backend";
import { didYouMean } from "@bertkit/checks";
import { type DataOptions, dataOptionsOf } from "./data/data-options.ts";
import { requireUsed } from "./data/require-used.ts";
import { type Task, tasks } from "./data/task.ts";
import { heldOutFraction } from "./finetune-examples.ts";
import { finetuneOptions } from "./finetune-options.ts";
import { parseOptions, requireOption } from "./options/parse-options.ts";
import { UsageError } from "./usage-error.ts";

/** The arguments of `bertkit finetune`, with defaults. */
export interface FinetuneArguments {
  readonly out: string;
  readonly fresh: boolean;
  readonly backend: BackendName | "auto";
  /** How examples are read. */
  readonly data: DataOptions;
  /** Must be the same when a run is resumed. */
  readonly settings: DataOptions & {
    readonly task: Task;
    /** The folder or repository to start from. */
    readonly model: string;
    /** The file of the examples. */
    readonly train: string;
    /** A file, or the fraction of the examples to hold out. */
    readonly eval: string;
    readonly epochs: number;
    readonly batch: number;
    readonly seed: number;
    readonly patience: number | undefined;
    readonly length: number | undefined;
    readonly rate: number | undefined;
    readonly frozen: boolean;
  };
}

const defaultBatch: Readonly<Record<Task, number>> = {
  classify: 32,
  ner: 32,
  answer: 16,
  choose: 8,
  rank: 8,
  embed: 32,
};

/** Names of the tasks in pipelines and on the hub. */
const otherNames: Readonly<Record<string, Task>> = {
  "text-classification": "classify",
  "sentiment-analysis": "classify",
  "token-classification": "ner",
  "question-answering": "answer",
  "multiple-choice": "choose",
  "text-ranking": "rank",
  "sentence-similarity": "embed",
  "feature-extraction": "embed",
  embeddings: "embed",
};

/** The error without a task, or with an unknown one. */
function noTask([name, ...others]: readonly string[]): UsageError {
  const list = `finetune needs one TASK: ${tasks.join(", ")}`;
  if (name === undefined) return new UsageError(list);
  const got = `${list}, got ${JSON.stringify([name, ...others].join(" "))}`;
  if (others.length > 0) return new UsageError(got);
  const meant = didYouMean(name, [...tasks, ...Object.keys(otherNames)], (known) => otherNames[known] ?? known);
  return new UsageError(meant === "" ? got : `${got}.${meant}`);
}

export function finetuneArguments(args: readonly string[]): FinetuneArguments {
  const { values, operands } = parseOptions(args, finetuneOptions);
  const [name, ...others] = operands;
  const task = tasks.find((known) => known === name);
  if (task === undefined || others.length > 0) throw noTask(operands);
  const model = requireOption("finetune", "--model FOLDER", values.model);
  const train = requireOption("finetune", "--train FILE", values.train);
  const out = requireOption("finetune", "--out FOLDER", values.out);
  if (isSameFolder(model, out))
    throw new UsageError(`--out is the folder of --model, which would be replaced: ${out}. Choose another folder`);
  const { epochs = 3, batch = defaultBatch[task], seed = 0, frozen = false, backend = "auto" } = values;
  if (task === "embed" && frozen)
    throw new UsageError("embed trains the encoder, because it has no head: leave out --frozen");
  if (task === "embed" && batch < 2)
    throw new UsageError("embed compares the pairs of a batch: --batch must be at least 2");
  const { eval: evaluation = "0.1", fresh = false, patience, length, rate } = values;
  const data = dataOptionsOf(values);
  const files = heldOutFraction(evaluation) === undefined ? [train, evaluation] : [train];
  requireUsed(task, files, data, { training: true });
  return {
    out,
    fresh,
    backend,
    data,
    settings: { task, model, train, eval: evaluation, ...data, epochs, batch, seed, patience, length, rate, frozen },
  };
}

/** Whether two paths lead to one folder; a repository of the hub is none. */
function isSameFolder(one: string, other: string): boolean {
  return existsSync(one) && existsSync(other) && realpathSync(one) === realpathSync(other);
}
