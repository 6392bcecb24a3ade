import { callable, listOf, number, object, required, wholeNumber, type NoText, type Rules } from "@bertkit/checks";
import type { LossScaler, Optimizer, Schedule, TrainingParts, TrainStep } from "@bertkit/training";
import type { EpochScores } from "./epoch-scores.ts";
import type { FineTuningTask } from "./fine-tuning-task.ts";

/** A training step. */
export interface FineTuningStep extends TrainStep {
  readonly epoch: number;
  /** Updates of the whole run, if it does not stop early. */
  readonly totalSteps: number;
}

/** What is saved with a run besides weights, moments and random state. */
export interface FineTuningHistory {
  readonly epochs: readonly EpochScores[];
  /** Batches of the current epoch that are done, and the sum of their losses. */
  readonly batches: number;
  readonly lossSum: number;
  /** How many of the batches were skipped, if the run has a loss scaler. */
  readonly skipped?: number;
  /** The paths of the head's frozen variables. Not in histories of earlier versions. */
  readonly frozen?: readonly string[];
  /** What the history depends on: a run resumes only with the same. Not in histories of earlier versions. */
  readonly settings?: {
    /** Rows of the training examples. */
    readonly rows: number;
    readonly batchSize: number;
    readonly smallestBatch: number;
    readonly seed: number;
    /** Whether there are evaluation examples. */
    readonly evaluation: boolean;
    /** Only with evaluation examples. */
    readonly mainScore?: string;
  };
}

/** Where a run is saved, and resumed from: a `SavedStage` of bertkit/node. */
export interface SavedFineTuning {
  saveTraining(parts: TrainingParts, progress: string, history: FineTuningHistory): Promise<void>;
  /** @param check called with the saved history before anything is restored; what it throws is thrown */
  restoreTraining<History>(
    parts: TrainingParts,
    check?: (history: History) => void,
  ): Promise<{ history: History; progress: string } | undefined>;
}

/** Decides when a run is saved: `Autosave` of bertkit/node. */
export interface SavingTimes {
  afterStep(): Promise<void>;
  now(): Promise<boolean>;
}

export interface FineTuneOptions<Example> {
  readonly task: FineTuningTask<Example>;
  /** Training examples, all in memory. */
  readonly train: (Iterable<Example> & NoText) | AsyncIterable<Example>;
  /**
   * Examples to evaluate on after each epoch: the model then ends with the weights of the best epoch, otherwise of the
   * last. Default: none.
   */
  readonly evaluation?: (Iterable<Example> & NoText) | AsyncIterable<Example> | undefined;
  /** Maximum passes over the training examples. Default 3, as in the BERT paper. */
  readonly epochs?: number;
  /** Rows in a batch; the last of an epoch may have fewer, or up to `smallestBatch` − 1 of the task more. Default 32. */
  readonly batchSize?: number;
  /** Peak learning rate. Default 5e-5, which suits BERT-base; see `fineTuningRate` for other sizes. */
  readonly learningRate?: number;
  /** Fraction of all updates in which the rate rises from 0; then it falls to 0. Default 0.1. */
  readonly warmup?: number;
  /** Stops after this many consecutive epochs without a better main score. Default: never. Needs `evaluation`. */
  readonly patience?: number | undefined;
  /**
   * Creates the optimizer from the schedule of rates, for example with rates by layer. Default: AdamW with a weight
   * decay of 0.01.
   */
  readonly optimizer?: (schedule: Schedule) => Optimizer;
  /**
   * Dynamic loss scaling, for a backend that computes in float16: see `train`. Its state is saved with the run. A batch
   * that is skipped is not a step, and the mean loss of its epoch is that of the others. Default: none.
   */
  readonly lossScaler?: LossScaler | undefined;
  /** Seeds order and dropout: the same seed gives the same run on the same backend. At most 9e12. Default 0. */
  readonly seed?: number;
  readonly onStep?: (step: FineTuningStep) => void;
  /**
   * Called after each epoch. What it freezes or unfreezes takes effect in the next epoch, also if the run is resumed there.
   */
  readonly onEpoch?: (scores: EpochScores) => void | Promise<void>;
  /** Called before each epoch, with its number from 1; for example to unfreeze layers gradually. */
  readonly beforeEpoch?: (epoch: number) => void;
  /** Stops after the step during which it aborts. */
  readonly signal?: AbortSignal | undefined;
  /** Where the run is saved, with `savingTimes`; a run found there is resumed. */
  readonly saved?: SavedFineTuning | undefined;
  /** Decides when to call the given function, which saves. Default: after each epoch, and at the end. */
  readonly savingTimes?: (save: () => Promise<void>) => SavingTimes;
  /** Called with the progress of the run that is resumed. */
  readonly onResume?: (progress: string) => void;
}

export interface FineTuningResult {
  readonly epochs: readonly EpochScores[];
  /** The epoch whose weights the model has now, from 1; undefined if the run was stopped. */
  readonly best: number | undefined;
  /** Whether the signal stopped the run before its end. */
  readonly stopped: boolean;
}

/** A thousand times this, by which epochs are seeded, is still exact. */
export const largestSeed = 9e12;

export const fineTuneRules: Rules<FineTuneOptions<unknown>> = {
  task: required(object("a task, for example from classificationTask", "head", "rows", "batch", "scores")),
  train: required(listOf("examples")),
  evaluation: listOf("examples"),
  epochs: wholeNumber(1),
  batchSize: wholeNumber(1),
  learningRate: number({ above: 0 }),
  warmup: number({ from: 0, to: 1 }),
  patience: wholeNumber(1),
  optimizer: callable,
  lossScaler: object("a LossScaler", "accepts"),
  seed: wholeNumber(0, largestSeed),
  onStep: callable,
  onEpoch: callable,
  beforeEpoch: callable,
  signal: object("an AbortSignal", "aborted"),
  saved: object("where to save, such as a SavedStage"),
  savingTimes: callable,
  onResume: callable,
};
