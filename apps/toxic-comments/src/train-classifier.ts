import { Dataset } from "@bertkit/datasets";
import { classificationBatch, type ClassificationExample, type SequenceClassifier } from "@bertkit/heads";
import type { Context, Rng } from "@bertkit/nn";
import type { Tokenizer } from "@bertkit/tokenizer";
import { nadam, train } from "@bertkit/training";
import { Autosave, type SavedStage } from "bertkit/node";

import { defaultLearningRate, type Options } from "./options.ts";
import { ProgressBar, type BarState } from "./progress-bar.ts";

export interface Training {
  classifier: SequenceClassifier;
  tokenizer: Tokenizer;
  examples: readonly ClassificationExample[];
  options: Options;
  rng: Rng;
  saved: SavedStage;
  signal: AbortSignal;
  /** Called after each epoch. */
  onEpoch: (epoch: number) => Promise<void>;
}

/** State saved in addition to weights, moments, step and random state. */
interface History {
  bar: BarState;
}

/**
 * Trains with Nadam and binary cross-entropy, in a new order each epoch; resumes an interrupted run if one is saved.
 * Returns the error if the last batch could not be saved, else undefined.
 */
export async function trainClassifier({
  classifier,
  tokenizer,
  examples,
  options,
  rng,
  saved,
  signal,
  onEpoch,
}: Training): Promise<unknown> {
  const { epochs, batchSize, length: maxLength, trainEncoder, seed } = options;
  const batches = Dataset.from(examples).shuffle({ seed }).batch(batchSize).repeat(epochs);
  const batchesPerEpoch = Math.ceil(examples.length / batchSize);
  const steps = epochs * batchesPerEpoch;
  const learningRate = options.learningRate ?? defaultLearningRate(trainEncoder, classifier.encoder.hiddenSize);
  const optimizer = nadam({ learningRate });
  const model = { model: classifier, optimizer, rng };
  const before = await saved.restoreTraining<History>(model);
  if (before !== undefined)
    console.log(`resuming after ${before.progress} of the interrupted run (--fresh starts again)`);

  const epochOf = (step: number): number => Math.ceil(step / batchesPerEpoch);
  const startEpoch = (nextStep: number, state?: BarState): ProgressBar => {
    console.log(`epoch ${epochOf(nextStep)}/${epochs}`);
    return new ProgressBar(batchesPerEpoch, state);
  };
  let bar = startEpoch(Math.max(1, optimizer.step), before?.history.bar);
  const endEpoch = async (step: number): Promise<void> => {
    await onEpoch(epochOf(step));
    if (step < steps && !signal.aborted) bar = startEpoch(step + 1);
  };
  const autosave = new Autosave(
    () => {
      const { step } = optimizer;
      const { done } = bar.state();
      const progress = `epoch ${epochOf(step)} of ${epochs}, batch ${done} of ${batchesPerEpoch}`;
      return saved.saveTraining(model, progress, { bar: bar.state() });
    },
    { everySeconds: options.saveEvery },
  );
  const isEpochEnd = (step: number): boolean => step > 0 && step % batchesPerEpoch === 0;
  if (isEpochEnd(optimizer.step)) await endEpoch(optimizer.step); // interrupted before its evaluation
  const loss = (rows: ClassificationExample[], context: Context) =>
    classifier.loss(classificationBatch(rows, tokenizer, classifier, { maxLength }), context);
  const unread = batches.read({ epoch: 0, taken: optimizer.step });
  for await (const { step, loss: value, metrics } of train({
    model: classifier,
    batches: unread,
    optimizer,
    rng,
    signal,
    loss,
    steps,
  })) {
    bar.advance({ loss: value, accuracy: metrics["accuracy"]! });
    await (signal.aborted || isEpochEnd(step) ? autosave.now() : autosave.afterStep());
    if (isEpochEnd(step)) await endEpoch(step);
  }
  optimizer.dispose();
  return autosave.failure;
}
