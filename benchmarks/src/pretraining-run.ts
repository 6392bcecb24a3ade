import { createBert, type BertConfig } from "@bertkit/encoder";
import { dispose, Rng } from "@bertkit/nn";
import {
  maskedLmObjective,
  MaskedLmHead,
  nextSentenceObjective,
  NextSentenceHead,
  sumObjectives,
} from "@bertkit/pretraining";
import { adamW, train, type TrainStep } from "@bertkit/training";

import { randomBatch, type BatchShape } from "./random-batch.ts";

export interface PretrainingRun {
  readonly steps: AsyncGenerator<TrainStep>;
  /** Frees the model and the optimizer's moments. */
  end(): Promise<void>;
}

/** A new BERT with heads for masked LM and next sentence; `rng` draws its weights. */
export function pretrainingModel(config: BertConfig, rng: Rng) {
  const encoder = createBert(config, rng);
  const objective = sumObjectives(
    maskedLmObjective(new MaskedLmHead({ encoder, rng })),
    nextSentenceObjective(new NextSentenceHead({ encoder, rng })),
  );
  return { encoder, objective };
}

/** Pretraining of a new BERT by masked LM and next sentence with AdamW, one step on random ids for each shape. */
export function pretrainingRun(
  config: BertConfig,
  shapes: Iterable<Omit<BatchShape, "vocabularySize">>,
): PretrainingRun {
  const rng = new Rng(0);
  const model = pretrainingModel(config, rng);
  const { encoder, objective } = model;
  const optimizer = adamW({ learningRate: 1e-4 });
  function* batches() {
    for (const shape of shapes) yield randomBatch({ ...shape, vocabularySize: config.vocabularySize }, rng);
  }
  const steps = train({
    model,
    batches: batches(),
    optimizer,
    rng,
    loss: (batch, context) => objective.loss(encoder, batch, context),
  });
  return {
    steps,
    async end() {
      await steps.return();
      optimizer.dispose();
      dispose(model);
    },
  };
}
