import { Rng } from "@bertkit/nn";
import {
  createInstances,
  pretrainingBatches,
  type PretrainingBatch,
  type PretrainingVocabulary,
  type TokenDocument,
} from "@bertkit/pretraining";

export interface HeldOutInstances {
  batches: PretrainingBatch[];
  count: number;
  maskedTokens: number;
  /** Number of instances whose second sentence is a random one. */
  randomNext: number;
}

/**
 * Masks and pairs the held-out documents, each twice. They are the same for every seed, so that runs are comparable.
 */
export function heldOutInstances(
  documents: readonly TokenDocument[],
  vocabulary: PretrainingVocabulary,
  sequenceLength: number,
): HeldOutInstances {
  const maxPredictions = Math.ceil(sequenceLength * 0.15);
  const instances = createInstances(
    documents,
    { vocabulary, maxSequenceLength: sequenceLength, maxPredictionsPerSequence: maxPredictions, dupeFactor: 2 },
    new Rng(12345),
  );
  const batches = pretrainingBatches(instances, {
    batchSize: 64,
    length: sequenceLength,
    maxPredictions,
    remainder: "keep",
  });
  return {
    batches: [...batches],
    count: instances.length,
    maskedTokens: instances.reduce((total, { maskedIds }) => total + maskedIds.length, 0),
    randomNext: instances.filter(({ isRandomNext }) => isRandomNext).length,
  };
}

/** Accuracy of always guessing the majority class of the next-sentence labels. */
export function majorityNext({ count, randomNext }: HeldOutInstances): number {
  return Math.max(randomNext, count - randomNext) / count;
}
