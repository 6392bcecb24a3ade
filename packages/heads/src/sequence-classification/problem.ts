import * as tf from "@tensorflow/tfjs-core";
import { type ClassLossOptions, sigmoidClassLoss, softmaxClassLoss } from "../class-loss.ts";

/**
 * What a classifier's outputs mean: one label of several, any number of labels, or plain numbers. Each has its loss, as
 * in Hugging Face's `problem_type`: softmax cross-entropy, sigmoid cross-entropy, mean squared error.
 */
export type Problem = "single-label" | "multi-label" | "regression";

/** A problem's arithmetic. `labels` are int32 [b] for single-label, float32 [b, L] for the others. */
export interface ProblemRules {
  /** Mean loss of logits [b, L], a scalar. */
  loss(logits: tf.Tensor2D, labels: tf.Tensor, options: ClassLossOptions): tf.Scalar;
  /** Numbers to watch, scalars. */
  metrics(logits: tf.Tensor2D, labels: tf.Tensor): Record<string, tf.Scalar>;
  /** Logits to what `predict` gives: probabilities, or the numbers themselves. */
  scores(logits: tf.Tensor2D): tf.Tensor2D;
}

export const problems: Readonly<Record<Problem, ProblemRules>> = {
  "single-label": {
    loss: (logits, labels, options) => softmaxClassLoss(logits, labels as tf.Tensor1D, options),
    metrics: (logits, labels) => ({ accuracy: share(tf.equal(tf.argMax(logits, 1), labels)) }),
    scores: (logits) => tf.softmax(logits),
  },
  "multi-label": {
    loss: sigmoidClassLoss,
    metrics: (logits, labels) => ({ accuracy: share(tf.equal(tf.greater(logits, 0), tf.greater(labels, 0.5))) }),
    scores: (logits) => tf.sigmoid(logits),
  },
  regression: {
    loss: (logits, labels) => tf.mean(tf.square(tf.sub(logits, labels))),
    metrics: () => ({}),
    scores: (logits) => tf.clone(logits),
  },
};

function share(hits: tf.Tensor): tf.Scalar {
  return tf.mean(tf.cast(hits, "float32"));
}
