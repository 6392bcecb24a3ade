import { checkArray, checkObject, checkOptions, checkValue, wholeNumber, type Rules } from "@bertkit/checks";
import { type Context, Rng } from "@bertkit/nn";
import { adamW, type Schedule, train, type TrainingParts, warmupLinearDecay } from "@bertkit/training";
import { BestWeights } from "./best-weights.ts";
import { epochBatches } from "./epoch-batches.ts";
import { bestEpoch, type EpochScores, isOver } from "./epoch-scores.ts";
import {
  type FineTuneOptions,
  fineTuneRules,
  type FineTuningHistory,
  type FineTuningResult,
} from "./fine-tune-options.ts";
import { requireResumable } from "./require-resumable.ts";
import { freezeExactly, frozenPaths } from "./frozen-paths.ts";
import type { FineTuningTask, Scores } from "./fine-tuning-task.ts";

/**
 * Trains a head, and its encoder unless that is frozen, with AdamW and a rate that rises and falls linearly (Devlin et al.,
 * 2018, appendix A.3). Each epoch reads the examples in another order. With `evaluation` the model ends with the weights
 * of its best epoch. A last batch of an epoch with fewer rows than the task's `smallestBatch` is joined to the one before
 * it.
 *
 * A run with `saved` that was stopped or killed resumes, and ends with the same weights as an uninterrupted one, if all
 * options are the same. The variables that were frozen when it was saved are frozen again, and no others; `onEpoch` is not
 * called again for its epochs. One that has ended trains no more, and gives its weights and scores again.
 *
 * @throws RangeError if the saved run had another number of rows, `batchSize`, `seed`, `smallestBatch` or main score, or
 *   only one of both has `evaluation`; the model is then unchanged
 * @throws if there is no training example, or the task rejects one or skips all
 * @throws TypeError if the task's scores lack its main score
 * @throws RangeError if `batchSize` or the number of rows is less than the task's `smallestBatch`
 */
export async function fineTune<Example>(options: FineTuneOptions<Example>): Promise<FineTuningResult> {
  checkOptions("fineTune", options, fineTuneRules as Rules<FineTuneOptions<Example>>);
  const {
    task,
    epochs = 3,
    batchSize = 32,
    learningRate = 5e-5,
    warmup = 0.1,
    patience = Infinity,
    seed = 0,
  } = options;
  const { onStep, onEpoch, beforeEpoch, signal, saved, onResume, lossScaler } = options;
  checkObject("fineTune", "task.head", task.head, "a head", "loss");
  if (patience !== Infinity && options.evaluation === undefined)
    throw new TypeError("fineTune: patience needs evaluation examples, got none. Pass evaluation, or omit patience.");
  const examples = await arrayOf(options.train);
  if (examples.length === 0) throw new RangeError("fineTune: there is nothing to train on. Pass at least one example.");
  const rows = task.rows(examples);
  checkArray("fineTune", "what task.rows gives", rows, "rows");
  if (rows.length === 0)
    throw new RangeError(
      `fineTune: there is nothing to train on: the task made no row of the ${examples.length} examples given. Pass examples that it does not skip; of a question, the answer must have tokens.`,
    );
  const { smallestBatch = 1 } = task;
  if (batchSize < smallestBatch)
    throw new RangeError(
      `fineTune: batchSize must be at least ${smallestBatch} for this task, whose loss compares the rows of a batch, got ${batchSize}.`,
    );
  if (rows.length < smallestBatch)
    throw new RangeError(
      `fineTune: this task, whose loss compares the rows of a batch, needs at least ${smallestBatch} rows, got ${rows.length}. Pass more examples.`,
    );
  const evaluation = options.evaluation && (await arrayOf(options.evaluation));
  if (evaluation?.length === 0)
    throw new RangeError("fineTune: there is nothing to evaluate on. Pass at least one example, or omit evaluation.");
  const mainScore = (evaluation && task.mainScoreOf?.(evaluation)) ?? task.mainScore;
  const batches = epochBatches({ rows: rows.length, batchSize, smallestBatch });
  const batchesPerEpoch = batches.length;
  const totalSteps = batchesPerEpoch * epochs;
  const schedule = warmupLinearDecay({ peak: learningRate, warmupSteps: Math.round(warmup * totalSteps), totalSteps });
  const optimizer = (options.optimizer ?? ((rate: Schedule) => adamW({ learningRate: rate })))(schedule);
  const rng = new Rng(seed);
  const best = evaluation && new BestWeights(task.head);
  // The optimizer keeps its moments by path, so the paths must be those of the head.
  const model = { ...task.head, best: best?.copies };
  const parts: TrainingParts = { model, optimizer, rng, ...(lossScaler && { lossScaler }) };
  const settings = {
    rows: rows.length,
    batchSize,
    smallestBatch,
    seed,
    evaluation: evaluation !== undefined,
    ...(evaluation && { mainScore }),
  };
  const check = (history: FineTuningHistory): void => requireResumable(history, settings, lossScaler);
  const none = { batches: 0, lossSum: 0, ...(lossScaler && { skipped: 0 }) };
  try {
    const restored = await saved?.restoreTraining<FineTuningHistory>(parts, check);
    if (restored) {
      check(restored.history); // `saved` may be the caller's own, without a check
      if (restored.history.frozen) freezeExactly(task.head, restored.history.frozen);
      onResume?.(restored.progress);
    }
    let history: FineTuningHistory = { epochs: [], ...none, ...restored?.history, settings };
    const save = async (): Promise<void> => {
      const at = history.batches > 0 ? `, batch ${history.batches} of ${batchesPerEpoch}` : "";
      const epoch = history.epochs.length + (history.batches > 0 ? 1 : 0);
      await saved?.saveTraining(parts, `epoch ${epoch} of ${epochs}${at}`, {
        ...history,
        frozen: frozenPaths(task.head),
      });
    };
    const times =
      saved && (options.savingTimes?.(save) ?? { afterStep: async () => {}, now: async () => (await save(), true) });
    const isUnfinished = (): boolean => history.epochs.length < epochs && !isOver(history.epochs, mainScore, patience);
    while (isUnfinished() && !isAborted(signal)) {
      const epoch = history.epochs.length + 1;
      beforeEpoch?.(epoch);
      const shuffled = rows.slice();
      orderOf(seed, epoch).shuffle(shuffled);
      const before = { ...history, skippedInAll: lossScaler?.skipped ?? 0 };
      const count = (steps: number, lossSum: number): void => {
        const skipped = (lossScaler?.skipped ?? 0) - before.skippedInAll;
        const inEpoch = lossScaler && { skipped: (before.skipped ?? 0) + skipped };
        history = { ...history, batches: before.batches + steps + skipped, lossSum, ...inEpoch };
      };
      let steps = 0;
      if (history.batches < batchesPerEpoch) {
        for await (const step of train({
          model: task.head,
          batches: batchesOf(task, shuffled, batches.slice(history.batches)),
          optimizer,
          rng,
          signal,
          lossScaler,
          loss: (batch: unknown, context: Context) => task.head.loss(batch, context),
        })) {
          count(++steps, history.lossSum + step.loss);
          onStep?.({ ...step, epoch, totalSteps });
          if (!signal?.aborted && history.batches < batchesPerEpoch) await times?.afterStep();
        }
        count(steps, history.lossSum); // the last batches may have been skipped
      }
      if (history.batches < batchesPerEpoch || signal?.aborted) break;
      const scores = evaluation && (await task.scores(evaluation));
      if (scores) requireMainScore(scores, mainScore);
      const entry: EpochScores = { epoch, loss: history.lossSum / (batchesPerEpoch - (history.skipped ?? 0)), scores };
      history = { epochs: [...history.epochs, entry], ...none, settings };
      if (best && bestEpoch(history.epochs, mainScore) === epoch) best.keep();
      await onEpoch?.(entry);
      await times?.now();
    }
    const stopped = signal?.aborted === true && isUnfinished();
    if (stopped) {
      await times?.now();
      return { epochs: history.epochs, best: undefined, stopped };
    }
    if (best) best.restore();
    const kept = best ? bestEpoch(history.epochs, mainScore) : history.epochs.length;
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
  checkValue("fineTuningRate", "hiddenSize", hiddenSize, wholeNumber(1), "Pass config.hiddenSize.");
  return 5e-5 * Math.max(1, 768 / hiddenSize);
}

function requireMainScore(scores: Scores, mainScore: string): void {
  if (typeof scores[mainScore] === "number") return;
  throw new TypeError(
    `fineTune: task.scores gives no number ${JSON.stringify(mainScore)}, the main score, only ${Object.keys(scores).join(", ") || "no score"}. Correct the task's mainScore.`,
  );
}

/** Batches of the rows from each start to its end. */
function* batchesOf(
  task: Pick<FineTuningTask<unknown>, "batch">,
  rows: readonly unknown[],
  ranges: readonly (readonly [start: number, end: number])[],
): Generator<unknown, void, undefined> {
  for (const [start, end] of ranges) yield task.batch(rows.slice(start, end));
}

/** Draws the order of an epoch's examples. No two epochs of any seeds share a generator. */
function orderOf(seed: number, epoch: number): Rng {
  let rng = new Rng(seed * 1000 + (epoch % 1000));
  for (let rest = epoch; rest >= 1000; rest -= 1000) rng = rng.split();
  return rng;
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

async function arrayOf<Item>(items: Iterable<Item> | AsyncIterable<Item>): Promise<readonly Item[]> {
  if (Array.isArray(items)) return items as Item[];
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}
