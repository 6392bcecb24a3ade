import type { ClassificationExample, SequenceClassifier } from "@bertkit/heads";
import * as tf from "@tensorflow/tfjs-core";

/**
 * Starts the output bias at the log odds of each label, so that training begins by telling comments apart. From zero it
 * spends its first hundreds of steps on learning that most labels are rare.
 */
export function startAtFrequencies(
  { dense, labels }: SequenceClassifier,
  examples: readonly ClassificationExample[],
): void {
  const logOdds = labels.map((name) => {
    const positives = examples.filter(({ label }) => (label as readonly string[]).includes(name)).length;
    return Math.log((positives + 1) / (examples.length - positives + 1));
  });
  tf.tidy(() => dense.bias!.assign(tf.tensor1d(logOdds)));
}
