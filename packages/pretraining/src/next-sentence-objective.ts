import { checkValue, object } from "@bertkit/checks";
import { softmaxCrossEntropy } from "@bertkit/ops";
import * as tf from "@tensorflow/tfjs-core";
import type { NextSentenceScorer } from "./next-sentence-head.ts";
import { objective, type Objective } from "./objective.ts";

/** Next-sentence prediction: mean cross-entropy. Metrics: `nextSentenceLoss` and `nextSentenceAccuracy`. */
export function nextSentenceObjective<Head extends NextSentenceScorer>(
  head: Head,
): Objective & { readonly head: Head } {
  checkValue(
    "nextSentenceObjective",
    "the head",
    head,
    object("a NextSentenceHead", "forward"),
    "A model without one has none to train.",
  );
  const lossOf: Objective["lossOf"] = ({ pooledOutput }, { nextSentenceLabels: labels, sequenceIds }) => {
    if (sequenceIds !== undefined)
      throw new Error(
        "nextSentenceObjective: the batch has several sequences in a row, and the pooler only reads the first. Train packed instances with maskedLmObjective.",
      );
    if (pooledOutput === undefined) {
      throw new Error(
        "nextSentenceObjective: the encoder has no pooler, got no pooledOutput. Create it with { pooler: true }.",
      );
    }
    const logits = head.forward(pooledOutput); // [batch, 2]
    const loss = tf.mean<tf.Scalar>(softmaxCrossEntropy(logits, labels));
    const accuracy = tf.mean<tf.Scalar>(tf.cast(tf.equal(tf.argMax(logits, 1), labels), "float32"));
    return { loss, metrics: { nextSentenceLoss: loss, nextSentenceAccuracy: accuracy } };
  };
  return objective({ head }, lossOf, { readsMaskedAlone: true });
}
