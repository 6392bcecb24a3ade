import {
  callable,
  checkOptions,
  listOf,
  number,
  object,
  required,
  wholeNumber,
  type NoText,
  type Rules,
} from "@bertkit/checks";
import { type Context, Rng } from "@bertkit/nn";
import {
  adamW,
  type Optimizer,
  type Schedule,
  train,
  type TrainingParts,
  type TrainStep,
  warmupLinearDecay,
} from "@bertkit/training";
import { BestWeights } from "./best-weights.ts";
import type { FineTuningTask, Scores } from "./fine-tuning-task.ts";

/** The scores after an epoch. */
export interface EpochScores {
  /** From 1. */
  readonly epoch: number;
  /** Mean training loss of the epoch. */
  readonly loss: number;
  /** On the evaluation examples; undefined without these. */
  readonly scores: Scores | undefined;
}

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
}

/** Where a run is saved, and resumed from: a `SavedStage` of bertkit/node. */
export interface SavedFineTuning {
  saveTraining(parts: TrainingParts, progress: string, history: FineTuningHistory): Promise<void>;
  restoreTraining<History>(parts: TrainingParts): Promise<{ history: History; progress: string } | undefined>;
}

/** Decides when a run is saved: `Autosave` of bertkit/node. */
interface SavingTimes {
  afterStep(): Promise<void>;
  now(): Promise<boolean>;
}

export interface FineTuneOptions<Example> {
  readonly task: FineTuningTask<Example>;
  /** Training examples, all in memory. */
  readonly train: (Iterable<Example> & NoText) | AsyncIterable<Example>;
  /**
   * Examples that are scored after each epoch: the model keeps the weights of the best epoch. Default none: those of the
   * last.
   */
  readonly evaluation?: (Iterable<Example> & NoText) | AsyncIterable<Example> | undefined;
  /** Maximum passes over the training examples. Default 3, as in the BERT paper. */
  readonly epochs?: number;
  /** Rows in a batch. Default 32. */
  readonly batchSize?: number;
  /** Peak learning rate. Default 5e-5, which suits BERT-base; see `fineTuningRate` for other sizes. */
  readonly learningRate?: number;
  /** Fraction of all updates in which the rate rises from 0; then it falls to 0. Default 0.1. */
  readonly warmup?: number;
  /** Stops after this many consecutive epochs without a better main score. Default: never. Needs `evaluation`. */
  readonly patience?: number | undefined;
  /**
   * Creates the optimizer from the schedule of rates, for example with rates by layer. Default: AdamW with a weight decay
   * of 0.01.
   */
  readonly optimizer?: (schedule: Schedule) => Optimizer;
  /** Seeds order and dropout: the same seed gives the same run on the same backend. Default 0. */
  readonly seed?: number;
  readonly onStep?: (step: FineTuningStep) => void;
  /** Called after each epoch. What it freezes or unfreezes takes effect in the next epoch. */
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

const rules: Rules<FineTuneOptions<unknown>> = {
  task: required(object("a task, for example from classificationTask", "head", "batch")),
  train: required(listOf("examples")),
  evaluation: listOf("examples"),
  epochs: wholeNumber(1),
  batchSize: wholeNumber(1),
  learningRate: number({ above: 0 }),
  warmup: number({ from: 0, to: 1 }),
  patience: wholeNumber(1),
  optimizer: callable,
  seed: wholeNumber(),
  onStep: callable,
  onEpoch: callable,
  beforeEpoch: callable,
  signal: object("an AbortSignal", "aborted"),
  saved: object("a place to save in, such as a SavedStage"),
  savingTimes: callable,
  onResume: callable,
};

/**
 * Trains a head, and its encoder unless that is frozen, with AdamW and a rate that rises and falls linearly (Devlin et al.,
 * 2018, appendix A.3). Each epoch reads the examples in another order. With `evaluation` the model ends with the weights
 * of its best epoch.
 *
 * A run with `saved` that was stopped or killed resumes, and ends with the same weights as an uninterrupted one.
 *
 * @throws if there is no training example, or the task rejects one
 */
export async function fineTune<Example>(options: FineTuneOptions<Example>): Promise<FineTuningResult> {
  checkOptions("fineTune", options, rules as Rules<FineTuneOptions<Example>>);
  const {
    task,
    epochs = 3,
    batchSize = 32,
    learningRate = 5e-5,
    warmup = 0.1,
    patience = Infinity,
    seed = 0,
  } = options;
  const { onStep, onEpoch, beforeEpoch, signal, saved, onResume } = options;
  if (patience !== Infinity && options.evaluation === undefined)
    throw new TypeError("fineTune: patience needs evaluation examples, got none. Pass evaluation, or omit patience.");
  const rows = task.rows(await arrayOf(options.train));
  if (rows.length === 0) throw new RangeError("fineTune: there is nothing to train on. Pass at least one example.");
  const evaluation = options.evaluation && (await arrayOf(options.evaluation));
  if (evaluation?.length === 0)
    throw new RangeError("fineTune: there is nothing to evaluate on. Pass at least one example, or omit evaluation.");
  const batchesPerEpoch = Math.ceil(rows.length / batchSize);
  const totalSteps = batchesPerEpoch * epochs;
  const schedule = warmupLinearDecay({ peak: learningRate, warmupSteps: Math.round(warmup * totalSteps), totalSteps });
  const optimizer = (options.optimizer ?? ((rate: Schedule) => adamW({ learningRate: rate })))(schedule);
  const rng = new Rng(seed);
  const best = evaluation && new BestWeights(task.head);
  // The optimizer keeps its moments by path, so the paths must be those of the head.
  const parts: TrainingParts = { model: { ...task.head, best: best?.copies }, optimizer, rng };
  try {
    const restored = await saved?.restoreTraining<FineTuningHistory>(parts);
    if (restored) onResume?.(restored.progress);
    let history = restored?.history ?? { epochs: [], batches: 0, lossSum: 0 };
    const save = async (): Promise<void> => {
      const at = history.batches > 0 ? `, batch ${history.batches} of ${batchesPerEpoch}` : "";
      const epoch = history.epochs.length + (history.batches > 0 ? 1 : 0);
      await saved?.saveTraining(parts, `epoch ${epoch} of ${epochs}${at}`, history);
    };
    const times =
      saved && (options.savingTimes?.(save) ?? { afterStep: async () => {}, now: async () => (await save(), true) });
    const goesOn = (): boolean => history.epochs.length < epochs && !isOver(history.epochs, task.mainScore, patience);
    while (goesOn() && !isAborted(signal)) {
      const epoch = history.epochs.length + 1;
      beforeEpoch?.(epoch);
      const order = Array.from(rows.keys());
      new Rng(seed * 1000 + epoch).shuffle(order);
      const batches = function* (): Generator<unknown, void, undefined> {
        for (let start = history.batches * batchSize; start < rows.length; start += batchSize)
          yield task.batch(order.slice(start, start + batchSize).map((row) => rows[row]!));
      };
      if (history.batches < batchesPerEpoch)
        for await (const step of train({
          model: task.head,
          batches: batches(),
          optimizer,
          rng,
          signal,
          loss: (batch: unknown, context: Context) => task.head.loss(batch, context),
        })) {
          history = { ...history, batches: history.batches + 1, lossSum: history.lossSum + step.loss };
          onStep?.({ ...step, epoch, totalSteps });
          if (!signal?.aborted && history.batches < batchesPerEpoch) await times?.afterStep();
        }
      if (history.batches < batchesPerEpoch || signal?.aborted) break;
      const scores = evaluation && (await task.scores(evaluation));
      const entry: EpochScores = { epoch, loss: history.lossSum / batchesPerEpoch, scores };
      history = { epochs: [...history.epochs, entry], batches: 0, lossSum: 0 };
      if (best && bestEpoch(history.epochs, task.mainScore) === epoch) best.keep();
      await onEpoch?.(entry);
      if (history.epochs.length < epochs) await times?.now();
    }
    const stopped = signal?.aborted === true && goesOn();
    if (stopped) {
      await times?.now();
      return { epochs: history.epochs, best: undefined, stopped };
    }
    if (best) best.restore();
    const kept = best ? bestEpoch(history.epochs, task.mainScore) : history.epochs.length;
    return { epochs: history.epochs, best: kept, stopped };
  } finally {
    best?.dispose();
    optimizer.dispose();
  }
}

/**
 * A learning rate to start from: 5e-5 for BERT-base's hidden size of 768 (one of the rates in Devlin et al., 2018, appendix
 * A.3), and inversely proportional to the hidden size.
 */
export function fineTuningRate(hiddenSize: number): number {
  return 5e-5 * Math.max(1, 768 / hiddenSize);
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

/** The epoch with the highest main score; of equal ones the first. */
function bestEpoch(epochs: readonly EpochScores[], mainScore: string): number {
  const [first, ...others] = epochs;
  const score = ({ scores }: EpochScores): number => scores?.[mainScore] ?? -Infinity;
  return others.reduce((best, entry) => (score(entry) > score(best) ? entry : best), first!).epoch;
}

/** Whether the main score has not risen for `patience` epochs. */
function isOver(epochs: readonly EpochScores[], mainScore: string, patience: number): boolean {
  return epochs.length > patience && epochs.length - bestEpoch(epochs, mainScore) >= patience;
}

async function arrayOf<Item>(items: Iterable<Item> | AsyncIterable<Item>): Promise<readonly Item[]> {
  if (Array.isArray(items)) return items as Item[];
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}
