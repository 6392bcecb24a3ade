import { softmaxCrossEntropy } from "@bertkit/ops";
import * as tf from "@tensorflow/tfjs-core";
import type { MaskedLmHead } from "./masked-lm-head.ts";
import { objective, type Objective } from "./objective.ts";

/**
 * Masked language modelling: mean cross-entropy of the hidden ids, Σ w·nll / (Σ w + 1e-5) as in google-research/bert.
 * Metrics: `maskedLmLoss` and `maskedLmAccuracy`.
 */
export function maskedLm(head: MaskedLmHead): Objective & { readonly head: MaskedLmHead } {
  return objective({ head }, ({ sequenceOutput }, batch) => {
    const count = batch.maskedIds.size;
    const logits = head.forward(sequenceOutput, batch.maskedPositions); // [b · p, V]
    const labels = tf.reshape(batch.maskedIds, [count]) as tf.Tensor1D; // [b · p]
    const weights = tf.reshape(batch.maskedWeights, [count]); // [b · p]
    const total = tf.add(tf.sum(weights), 1e-5);
    const loss = tf.div<tf.Scalar>(tf.sum(tf.mul(weights, softmaxCrossEntropy(logits, labels))), total);
    const hits = tf.cast(tf.equal(tf.argMax(logits, 1), labels), "float32"); // [b · p]
    const accuracy = tf.div<tf.Scalar>(tf.sum(tf.mul(weights, hits)), total);
    return { loss, metrics: { maskedLmLoss: loss, maskedLmAccuracy: accuracy } };
  });
}
