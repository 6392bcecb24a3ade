import type { Rng } from "@bertkit/nn";
import type { PretrainingBatch } from "@bertkit/pretraining";

export interface BatchShape {
  rows: number;
  length: number;
  /** Masked positions per row. */
  predictions: number;
  vocabularySize: number;
}

/** A pretraining batch of random ids, without padding. */
export function randomBatch({ rows, length, predictions, vocabularySize }: BatchShape, rng: Rng): PretrainingBatch {
  const ids = (size: number, limit: number): Int32Array =>
    Int32Array.from({ length: size }, () => rng.integer(0, limit - 1));
  return {
    shape: [rows, length],
    maxPredictions: predictions,
    inputIds: ids(rows * length, vocabularySize),
    attentionMask: new Int32Array(rows * length).fill(1),
    tokenTypeIds: ids(rows * length, 2),
    maskedPositions: ids(rows * predictions, length),
    maskedIds: ids(rows * predictions, vocabularySize),
    maskedWeights: new Float32Array(rows * predictions).fill(1),
    nextSentenceLabels: ids(rows, 2),
  };
}
