import type { PretrainedParts } from "../../model/pretrained.ts";
import type { FineTuningTask } from "../../fine-tuning/fine-tuning-task.ts";
import type { DataOptions } from "../data/data-options.ts";
import type { Task } from "../data/task.ts";

/** Options for reading and running a task. */
export interface TaskOptions extends DataOptions {
  /** Maximum tokens of a row; undefined: the task's default, or the model's maximum if lower. */
  readonly length: number | undefined;
  readonly batch: number | undefined;
  readonly seed: number;
  /** Whether questions may have no answer; undefined: yes if the training file has such questions. */
  readonly nullAnswers: boolean | undefined;
  readonly nullThreshold: number | undefined;
  /** Prints a line about the input. */
  readonly log: (line: string) => void;
}

/** Predictions for a file: as objects, as lines in a benchmark's format, or as files by name. */
export interface Predictions {
  readonly objects: readonly object[];
  /** In GLUE's or CoNLL's format; undefined if the task has neither. */
  readonly lines: readonly string[] | undefined;
  /** SQuAD's three files. */
  readonly files?: Readonly<Record<string, object>>;
}

/** A task, with a model for it. */
export interface TaskKind {
  readonly name: Task;
  readonly parts: PretrainedParts;
  readonly task: FineTuningTask<unknown>;
  /** What examples are called in messages, such as "texts". */
  readonly things: string;
  /** Sentences about the data, for printing and for the model card. */
  readonly facts: readonly string[];
  /** The group of an example, for stratified splits. */
  groupOf(example: unknown): string;
  /** The examples of a file, with labels. */
  read(file: string): Promise<unknown[]>;
  /** The model's predictions for the examples of a file, with or without labels. */
  predict(file: string): Promise<Predictions>;
}

/** A task with its training examples. */
export interface TrainableKind extends TaskKind {
  readonly train: readonly unknown[];
}
