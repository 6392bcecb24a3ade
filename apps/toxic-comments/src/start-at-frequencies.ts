import type { ClassificationExample, SequenceClassifier } from "@bertkit/heads";
import * as tf from "@tensorflow/tfjs-core";

/**
 * Initializes the output bias to the log odds of each label. From zero, training would spend hundreds of steps on
 * learning that most labels are rare.
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
