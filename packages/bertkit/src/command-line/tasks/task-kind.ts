import type { PretrainedParts } from "../../model/pretrained.ts";
import type { FineTuningTask } from "../../fine-tuning/fine-tuning-task.ts";
import type { DataOptions } from "../data/data-options.ts";
import type { Task } from "../data/task.ts";

/** How a command reads, computes and writes for a task. */
export interface TaskOptions extends DataOptions {
  /** Most tokens of a row; undefined: the task's default, or the model's most where that is less. */
  readonly length: number | undefined;
  readonly batch: number | undefined;
  readonly seed: number;
  /** "No answer" is one; undefined: where the training file has such questions. */
  readonly nullAnswers: boolean | undefined;
  readonly nullThreshold: number | undefined;
  readonly tell: (line: string) => void;
}

/** The predictions of a file: as objects, as lines in a benchmark's own form, or as whole files of it by their names. */
export interface Predictions {
  readonly objects: readonly object[];
  /** GLUE's tsv, or CoNLL's columns; undefined where there is none for the task. */
  readonly lines: readonly string[] | undefined;
  /** SQuAD's three files. */
  readonly files?: Readonly<Record<string, object>>;
}

/** A task with a model that has a head for it. */
export interface TaskKind {
  readonly name: Task;
  readonly parts: PretrainedParts;
  readonly task: FineTuningTask<unknown>;
  /** How messages call an example. */
  readonly things: string;
  /** What was found out, for people. */
  readonly facts: readonly string[];
  /** What a part of the examples is held out evenly by. */
  groupOf(example: unknown): string;
  /** The examples of a file, with labels. */
  read(file: string): Promise<unknown[]>;
  /** What the model says to the examples of a file, with labels or without. */
  predict(file: string): Promise<Predictions>;
}

/** A task that is to be trained, and what on. */
export interface TrainableKind extends TaskKind {
  readonly train: readonly unknown[];
}
