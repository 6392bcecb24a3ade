import { batch, collect, shuffle } from "@bertkit/datasets";
import {
  classificationBatch,
  type ClassificationBatch,
  type ClassificationExample,
  type SequenceClassifier,
} from "@bertkit/heads";
import { Rng, type RngState } from "@bertkit/nn";
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

/** State saved in addition to weights, moments and random state. */
interface History {
  epoch: number;
  /** The random state before the epoch was shuffled. */
  beforeOrder: RngState;
  bar: BarState;
}

/**
 * Trains with Nadam and binary cross-entropy, shuffling each epoch; resumes an interrupted run if one is saved. Returns
 * the error if the last batch could not be saved, else undefined.
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
  const { epochs, batchSize, length: maxLength, trainEncoder } = options;
  const learningRate = options.learningRate ?? defaultLearningRate(trainEncoder, classifier.encoder.hiddenSize);
  const optimizer = nadam({ learningRate });
  const model = { model: classifier, optimizer, rng };
  let before = await saved.restoreTraining<History>(model);
  if (before !== undefined)
    console.log(`resuming after ${before.progress} of the interrupted run (--fresh starts again)`);
  let history: History = before?.history ?? { epoch: 1, beforeOrder: rng.state(), bar: { done: 0, sums: {} } };
  let total = 0;
  const autosave = new Autosave(
    () =>
      saved.saveTraining(model, `epoch ${history.epoch} of ${epochs}, batch ${history.bar.done} of ${total}`, history),
    { everySeconds: options.saveEvery },
  );
  for (let epoch = history.epoch; epoch <= epochs && !signal.aborted; epoch++) {
    console.log(`epoch ${epoch}/${epochs}`);
    const resumed = before?.history;
    before = undefined;
    const beforeOrder = resumed?.beforeOrder ?? rng.state();
    const orderRng = resumed ? Rng.fromState(beforeOrder) : rng;
    const order = shuffle(examples, { bufferSize: examples.length, random: () => orderRng.random() });
    const batches = await collect(batch(order, batchSize)); // drawn now: dropout draws from the same stream
    total = batches.length;
    const bar = new ProgressBar(total, resumed?.bar);
    for await (const { loss, metrics } of train({
      model: classifier,
      batches: batches.slice(resumed?.bar.done ?? 0),
      optimizer,
      rng,
      signal,
      loss: (rows: ClassificationExample[], context) => {
        const encoded: ClassificationBatch = classificationBatch(rows, tokenizer, classifier, { maxLength });
        return classifier.loss(encoded, context);
      },
    })) {
      bar.advance({ loss, accuracy: metrics["accuracy"]! });
      history = { epoch, beforeOrder, bar: bar.state() };
      await (signal.aborted || history.bar.done === total ? autosave.now() : autosave.afterStep());
    }
    if (history.bar.done === total) await onEpoch(epoch);
  }
  optimizer.dispose();
  return autosave.failure;
}
