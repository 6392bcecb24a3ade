import {
  classificationBatch,
  type ClassificationBatch,
  type ClassificationExample,
  type SequenceClassifier,
} from "@bertkit/heads";
import type { Rng } from "@bertkit/nn";
import type { Tokenizer } from "@bertkit/tokenizer";
import { nadam, train } from "@bertkit/training";

import type { Options } from "./options.ts";
import { ProgressBar } from "./progress-bar.ts";

export interface Training {
  classifier: SequenceClassifier;
  tokenizer: Tokenizer;
  examples: readonly ClassificationExample[];
  options: Options;
  rng: Rng;
  /** Called after each epoch. */
  onEpoch: (epoch: number) => Promise<void>;
}

/** Trains with Nadam and binary cross-entropy, each epoch in an order of its own. */
export async function trainClassifier({
  classifier,
  tokenizer,
  examples,
  options,
  rng,
  onEpoch,
}: Training): Promise<void> {
  const { epochs, batchSize, length: maxLength, learningRate } = options;
  const optimizer = nadam({ learningRate });
  for (let epoch = 1; epoch <= epochs; epoch++) {
    console.log(`epoch ${epoch}/${epochs}`);
    const batches = shuffledBatches(examples, batchSize, rng);
    const bar = new ProgressBar(batches.length);
    for await (const { loss, metrics } of train({
      model: classifier,
      batches,
      optimizer,
      rng,
      loss: (batch: ClassificationExample[], context) => {
        const encoded: ClassificationBatch = classificationBatch(batch, tokenizer, classifier, { maxLength });
        return classifier.loss(encoded, context);
      },
    })) {
      bar.advance({ loss, accuracy: metrics["accuracy"]! });
    }
    await onEpoch(epoch);
  }
  optimizer.dispose();
}

function shuffledBatches(
  examples: readonly ClassificationExample[],
  size: number,
  rng: Rng,
): ClassificationExample[][] {
  const order = [...examples];
  rng.shuffle(order);
  return Array.from({ length: Math.ceil(order.length / size) }, (_, i) => order.slice(i * size, (i + 1) * size));
}
