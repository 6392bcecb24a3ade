import { arrayOf, checkOptions, number, type Rules } from "@bertkit/checks";
import { sigmoidCrossEntropy, softmaxCrossEntropy } from "@bertkit/ops";
import * as tf from "@tensorflow/tfjs-core";

/** How a classifier's cross-entropy counts labels. */
export interface ClassLossOptions {
  /**
   * One a label. Single-label: how much an example of the label counts, as PyTorch's `weight`; the loss is the weighted
   * mean. Multi-label: how much the label counts where it holds, as PyTorch's `pos_weight`.
   */
  readonly classWeights?: readonly number[];
  /** The share of a target that is spread over all labels (Szegedy et al. 2016), in [0, 1). Default 0. */
  readonly labelSmoothing?: number;
  /** The loss times (1 − p)^gamma, p the probability of what is right (Lin et al. 2017); 0 is cross-entropy. Default 0. */
  readonly focalGamma?: number;
}

const rules: Rules<ClassLossOptions> = {
  classWeights: arrayOf("weights", number({ from: 0 })),
  labelSmoothing: number({ from: 0, below: 1 }),
  focalGamma: number({ from: 0 }),
};

/** @throws RangeError on what cannot be, for so many labels */
export function checkClassLoss(where: string, options: ClassLossOptions, labelCount: number): void {
  checkOptions(`${where}: classLoss`, options, rules);
  const { classWeights, labelSmoothing = 0, focalGamma = 0 } = options;
  if (classWeights && classWeights.length !== labelCount)
    throw new RangeError(
      `${where}: classWeights must be ${labelCount} numbers, got ${classWeights.length} of them. Pass one a label, in the labels' order.`,
    );
  if (labelSmoothing > 0 && focalGamma > 0)
    throw new RangeError(
      `${where}: labelSmoothing and focalGamma exclude each other, got ${labelSmoothing} and ${focalGamma}. Leave one out.`,
    );
}

/** Logits float32 [r, L] and labels int32 [r] to the mean loss, where `rowWeights` float32 [r] say that rows count differently. */
export function softmaxClassLoss(
  logits: tf.Tensor2D,
  labels: tf.Tensor1D,
  { classWeights, labelSmoothing = 0, focalGamma = 0 }: ClassLossOptions,
  rowWeights?: tf.Tensor,
): tf.Scalar {
  let losses: tf.Tensor = softmaxCrossEntropy(logits, labels); // [r]
  const labelCount = logits.shape[1];
  const chosen = tf.oneHot(labels, labelCount) as tf.Tensor2D; // [r, L]
  const weights = classWeights && tf.tensor1d([...classWeights]); // [L]
  let counts = weights && tf.sum(tf.mul(chosen, weights), 1); // [r]
  if (labelSmoothing > 0) {
    // log Σ exp − x of every label, from the loss of the right one.
    const all = tf.sub(tf.expandDims(tf.add(losses, tf.sum(tf.mul(chosen, logits), 1)), 1), logits); // [r, L]
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
  return counts ? tf.div(tf.sum(losses), tf.maximum(tf.sum(counts), 1e-5)) : tf.mean(losses);
}

/** Logits and targets of 0 and 1, float32 [b, L] both, to the mean loss. */
export function sigmoidClassLoss(
  logits: tf.Tensor2D,
  targets: tf.Tensor,
  { classWeights, labelSmoothing = 0, focalGamma = 0 }: ClassLossOptions,
): tf.Scalar {
  const smoothed = labelSmoothing > 0 ? tf.add(tf.mul(targets, 1 - labelSmoothing), labelSmoothing / 2) : targets;
  if (!classWeights) return tf.mean(focal(sigmoidCrossEntropy(logits, smoothed), focalGamma));
  if (labelSmoothing > 0) {
    // The weight is of the part that says that a label holds.
    const [holds, not] = [tf.onesLike(logits), tf.zerosLike(logits)].map((side) =>
      sigmoidCrossEntropy(logits, side),
    ) as [tf.Tensor, tf.Tensor];
    const weighted = tf.mul(tf.mul(smoothed, tf.tensor1d([...classWeights])), holds);
    return tf.mean(tf.add(weighted, tf.mul(tf.sub(1, smoothed), not)));
  }
  const counts = tf.add(1, tf.mul(targets, tf.tensor1d(classWeights.map((weight) => weight - 1))));
  return tf.mean(tf.mul(focal(sigmoidCrossEntropy(logits, targets), focalGamma), counts));
}

/** Cross-entropies times (1 − p)^gamma. */
function focal(losses: tf.Tensor, gamma: number): tf.Tensor {
  if (gamma === 0) return losses;
  return tf.mul(losses, tf.pow(tf.maximum(tf.sub(1, tf.exp(tf.neg(losses))), 1e-7), gamma));
}
