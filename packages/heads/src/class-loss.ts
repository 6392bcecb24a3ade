import { arrayOf, checkOptions, number, type Rules } from "@bertkit/checks";
import { sigmoidCrossEntropy, softmaxCrossEntropy } from "@bertkit/ops";
import * as tf from "@tensorflow/tfjs-core";
import { divideOrZero } from "./divide-or-zero.ts";

/** Options of a classifier's cross-entropy. */
export interface ClassLossOptions {
  /**
   * One weight per label. Single-label: the weight of examples of the label in the mean loss, as `weight` in PyTorch.
   * Multi-label: the weight of the label's positives, as `pos_weight` in PyTorch.
   */
  readonly classWeights?: readonly number[];
  /**
   * Label smoothing: the fraction of the target that is spread over all labels (Szegedy et al., 2016), in [0, 1).
   * Default 0.
   */
  readonly labelSmoothing?: number;
  /**
   * Focal loss: the loss times (1 − p)^gamma, where p is the probability of the target (Lin et al., 2017). Default 0,
   * cross-entropy.
   */
  readonly focalGamma?: number;
}

const rules: Rules<ClassLossOptions> = {
  classWeights: arrayOf("weights", number({ from: 0 })),
  labelSmoothing: number({ from: 0, below: 1 }),
  focalGamma: number({ from: 0 }),
};

/** @throws RangeError for options that do not fit this number of labels */
export function checkClassLoss(where: string, options: ClassLossOptions, labelCount: number): void {
  checkOptions(`${where}: classLoss`, options, rules);
  const { classWeights, labelSmoothing = 0, focalGamma = 0 } = options;
  if (classWeights && classWeights.length !== labelCount)
    throw new RangeError(
      `${where}: classWeights must be ${labelCount} numbers, got ${classWeights.length} of them. Pass one per label, in the labels' order.`,
    );
  if (labelSmoothing > 0 && focalGamma > 0)
    throw new RangeError(
      `${where}: labelSmoothing and focalGamma cannot be combined, got ${labelSmoothing} and ${focalGamma}. Leave one out.`,
    );
}

/**
 * The mean loss of logits float32 [rows, labels] and labels int32 [rows], weighted by `rowWeights` float32 [rows] if
 * given. 0 if the sum of these weights, or of those of the rows' classes, is 0; NaN in PyTorch.
 */
export function softmaxClassLoss(
  logits: tf.Tensor2D,
  labels: tf.Tensor1D,
  { classWeights, labelSmoothing = 0, focalGamma = 0 }: ClassLossOptions,
  rowWeights?: tf.Tensor,
): tf.Scalar {
  let losses: tf.Tensor = softmaxCrossEntropy(logits, labels); // [rows]
  const labelCount = logits.shape[1];
  // Not tf.oneHot, which rejects a single class.
  const chosen = tf.cast(tf.equal(tf.expandDims(labels, 1), tf.range(0, labelCount, 1, "int32")), "float32"); // [rows, labels]
  const weights = classWeights && tf.tensor1d([...classWeights]); // [labels]
  let counts = weights && tf.sum(tf.mul(chosen, weights), 1); // [rows]
  if (labelSmoothing > 0) {
    // The loss for every label, log Σ exp − x, from the loss of the target.
    const all = tf.sub(tf.expandDims(tf.add(losses, tf.sum(tf.mul(chosen, logits), 1)), 1), logits); // [rows, labels]
    const spread = tf.sum(weights ? tf.mul(all, weights) : all, 1);
    losses = tf.add(
      tf.mul(counts ? tf.mul(losses, counts) : losses, 1 - labelSmoothing),
      tf.mul(spread, labelSmoothing / labelCount),
    );
  } else {
    losses = focal(losses, focalGamma);
    if (counts) losses = tf.mul(losses, counts);
  }
  if (rowWeights) {
    losses = tf.mul(losses, rowWeights);
    counts = counts ? tf.mul(counts, rowWeights) : rowWeights;
  }
  return counts ? divideOrZero(tf.sum(losses), tf.sum(counts)) : tf.mean(losses);
}

/** The mean loss of logits and targets from 0 to 1, both float32 [batch, labels]. */
export function sigmoidClassLoss(
  logits: tf.Tensor2D,
  targets: tf.Tensor,
  { classWeights, labelSmoothing = 0, focalGamma = 0 }: ClassLossOptions,
): tf.Scalar {
  const smoothed = labelSmoothing > 0 ? tf.add(tf.mul(targets, 1 - labelSmoothing), labelSmoothing / 2) : targets;
  if (!classWeights && focalGamma === 0) return tf.mean(sigmoidCrossEntropy(logits, smoothed));
  // The weight applies to the positive part, and a target between 0 and 1 has both parts.
  const [positive, negative] = [tf.onesLike(logits), tf.zerosLike(logits)].map((side) =>
    focal(sigmoidCrossEntropy(logits, side), focalGamma),
  ) as [tf.Tensor, tf.Tensor];
  const weighted = classWeights ? tf.mul(smoothed, tf.tensor1d([...classWeights])) : smoothed;
  return tf.mean(tf.add(tf.mul(weighted, positive), tf.mul(tf.sub(1, smoothed), negative)));
}

/** Multiplies cross-entropies by (1 − p)^gamma. */
function focal(losses: tf.Tensor, gamma: number): tf.Tensor {
  if (gamma === 0) return losses;
  return tf.mul(losses, tf.pow(tf.maximum(tf.sub(1, tf.exp(tf.neg(losses))), 1e-7), gamma));
}
