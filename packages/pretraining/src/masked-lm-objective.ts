import { checkObject, checkValue, object } from "@bertkit/checks";
import { softmaxCrossEntropy, type LinearCrossEntropy } from "@bertkit/ops";
import * as tf from "@tensorflow/tfjs-core";
import type { MaskedLmScorer } from "./masked-lm-head.ts";
import { objective, type Objective } from "./objective.ts";

/**
 * Masked language modeling: mean cross-entropy of the masked ids, Σ w·nll / (Σ w + 1e-5) as in google-research/bert.
 * Metrics: `maskedLmLoss` and `maskedLmAccuracy`.
 */
export function maskedLmObjective<Head extends MaskedLmScorer>(head: Head): Objective & { readonly head: Head } {
  checkValue(
    "maskedLmObjective",
    "the head",
    head,
    object("a MaskedLmHead", "forward"),
    "A model without one has none to train.",
  );
  const lossOf: Objective["lossOf"] = ({ sequenceOutput }, batch) => {
    checkObject("maskedLmObjective", "batch", batch, "a batch with masked tokens", "maskedIds", "maskedWeights");
    const count = batch.maskedIds.size;
    const labels = tf.reshape(batch.maskedIds, [count]) as tf.Tensor1D; // [batch · predictions]
    const weights = tf.reshape(batch.maskedWeights, [count]); // [batch · predictions]
    const { maskedWeightTotal } = batch;
    const total = tf.add(maskedWeightTotal === undefined ? tf.sum(weights) : maskedWeightTotal, 1e-5);
    const { losses, hits } =
      head.losses?.(sequenceOutput, batch.maskedPositions, labels) ??
      lossesOf(head.forward(sequenceOutput, batch.maskedPositions), labels);
    const loss = tf.div<tf.Scalar>(tf.sum(tf.mul(weights, losses)), total);
    const accuracy = tf.div<tf.Scalar>(tf.sum(tf.mul(weights, hits)), total);
    return { loss, metrics: { maskedLmLoss: loss, maskedLmAccuracy: accuracy } };
  };
  return objective({ head }, lossOf, { readsMaskedAlone: true });
}

function lossesOf(logits: tf.Tensor2D, labels: tf.Tensor1D): LinearCrossEntropy {
  const hits = tf.cast<tf.Tensor1D>(tf.equal(tf.argMax(logits, 1), labels), "float32");
  return { losses: softmaxCrossEntropy(logits, labels), hits };
}
