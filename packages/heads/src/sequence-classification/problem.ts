import * as tf from "@tensorflow/tfjs-core";
import { type ClassLossOptions, sigmoidClassLoss, softmaxClassLoss } from "../class-loss.ts";

/**
 * What a classifier predicts: one of several labels, any number of labels, or numbers. As with Hugging Face's
 * `problem_type`, the loss is softmax cross-entropy, sigmoid cross-entropy or mean squared error.
 */
export type Problem = "single-label" | "multi-label" | "regression";

/** The loss and prediction of a problem. `labels` are int32 [batch] for single-label, float32 [batch, labels] for the others. */
export interface ProblemRules {
  /** Mean loss of logits [batch, labels], a scalar. */
  loss(logits: tf.Tensor2D, labels: tf.Tensor, options: ClassLossOptions): tf.Scalar;
  /** Metrics, scalars. */
  metrics(logits: tf.Tensor2D, labels: tf.Tensor): Record<string, tf.Scalar>;
  /** Converts logits to probabilities, or for regression returns them unchanged. */
  scores(logits: tf.Tensor2D): tf.Tensor2D;
}

export const problems: Readonly<Record<Problem, ProblemRules>> = {
  "single-label": {
    loss: (logits, labels, options) => softmaxClassLoss(logits, labels as tf.Tensor1D, options),
    metrics: (logits, labels) => ({ accuracy: fractionOf(tf.equal(tf.argMax(logits, 1), labels)) }),
    scores: (logits) => tf.softmax(logits),
  },
  "multi-label": {
    loss: sigmoidClassLoss,
    metrics: (logits, labels) => ({ accuracy: fractionOf(tf.equal(tf.greater(logits, 0), tf.greater(labels, 0.5))) }),
    scores: (logits) => tf.sigmoid(logits),
  },
  regression: {
    loss: (logits, labels) => tf.mean(tf.square(tf.sub(logits, labels))),
    metrics: () => ({}),
    scores: (logits) => tf.clone(logits),
  },
};

function fractionOf(hits: tf.Tensor): tf.Scalar {
  return tf.mean(tf.cast(hits, "float32"));
}
