import type { PretrainingBatch } from "@bertkit/pretraining";

/** The score of unigram frequencies at the same masked positions. */
export interface Unigram {
  accuracy: number;
  /** nats */
  loss: number;
}

/** @param logFrequencies log p of every id in the training documents */
export function unigramBaseline(batches: readonly PretrainingBatch[], logFrequencies: Float32Array): Unigram {
  const commonest = logFrequencies.indexOf(logFrequencies.reduce((a, b) => Math.max(a, b)));
  let predictions = 0;
  let correct = 0;
  let loss = 0;
  for (const { maskedIds, maskedWeights } of batches) {
    maskedIds.forEach((id, i) => {
      if (maskedWeights[i] === 0) return;
      predictions++;
      if (id === commonest) correct++;
      loss -= logFrequencies[id]!;
    });
  }
  return { accuracy: correct / predictions, loss: loss / predictions };
}
