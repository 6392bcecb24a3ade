import { linearCrossEntropy } from "@bertkit/ops";
import * as tf from "@tensorflow/tfjs-core";
import type { MaskedLmHead } from "./masked-lm-head.ts";
import { objective, type Objective } from "./objective.ts";

/**
 * Masked language modelling: mean cross-entropy of the hidden ids, Σ w·nll / (Σ w + 1e-5) as in google-research/bert.
 * Metrics: `maskedLmLoss` and `maskedLmAccuracy`.
 */
export function maskedLm(head: MaskedLmHead): Objective & { readonly head: MaskedLmHead } {
  const lossOf: Objective["lossOf"] = ({ sequenceOutput }, batch) => {
    const count = batch.maskedIds.size;
    const vectors = head.transform(sequenceOutput, batch.maskedPositions); // [b · p, h]
    const labels = tf.reshape(batch.maskedIds, [count]) as tf.Tensor1D; // [b · p]
    const weights = tf.reshape(batch.maskedWeights, [count]); // [b · p]
    const total = tf.add(tf.sum(weights), 1e-5);
    const { losses, hits } = linearCrossEntropy(vectors, head.decoder.table, head.bias, labels);
    const loss = tf.div<tf.Scalar>(tf.sum(tf.mul(weights, losses)), total);
    const accuracy = tf.div<tf.Scalar>(tf.sum(tf.mul(weights, hits)), total);
    return { loss, metrics: { maskedLmLoss: loss, maskedLmAccuracy: accuracy } };
  };
  return objective({ head }, lossOf, { readsMaskedAlone: true });
}
