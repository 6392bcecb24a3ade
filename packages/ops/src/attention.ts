import * as tf from "@tensorflow/tfjs-core";

import { callable, checkOptions, checkTensors, object, type Rules } from "@bertkit/checks";
import type { AttentionMask } from "./attention-mask.ts";

export interface AttentionOptions {
  readonly mask?: AttentionMask | undefined;
  /** Added to the scaled scores, such as relative positions; float32, broadcast to [batch, heads, queries, keys]. */
  readonly bias?: tf.Tensor | undefined;
  /** Applied to the probabilities, [batch, heads, queries, keys], such as dropout. */
  readonly onProbabilities?: ((probabilities: tf.Tensor4D) => tf.Tensor4D) | undefined;
}

export interface AttentionResult {
  /** float32 [batch, heads, queries, headSize] */
  readonly output: tf.Tensor4D;
  /** float32 [batch, heads, queries, keys], before `onProbabilities` */
  readonly probabilities: tf.Tensor4D;
}

const rules: Rules<AttentionOptions> = {
  mask: object("a result of attentionMask"),
  bias: object("a tensor", "shape"),
  onProbabilities: callable,
};

/**
 * Scaled dot-product attention, softmax(q kᵀ / √headSize + bias + mask) v.
 * Source: Vaswani et al., 2017, section 3.2.1.
 *
 * @param q float32 [batch, heads, queries, headSize]
 * @param k float32 [batch, heads, keys, headSize]
 * @param v float32 [batch, heads, keys, headSize]
 */
export function attention(
  q: tf.Tensor4D,
  k: tf.Tensor4D,
  v: tf.Tensor4D,
  options: AttentionOptions = {},
): AttentionResult {
  checkOptions("attention", options, rules);
  checkTensors("attention", { q, k, v });
  const headSize = q.shape[3];
  if (k.shape[3] !== headSize || k.shape[2] !== v.shape[2]) {
    throw new RangeError(
      `attention: q and k must have the same head size, k and v the same length, got q [${q.shape}], k [${k.shape}] and v [${v.shape}].`,
    );
  }
  const scores = tf.matMul(tf.mul(q, 1 / Math.sqrt(headSize)), k, false, true); // [batch, heads, queries, keys]
  const biased = options.bias === undefined ? scores : tf.add(scores, options.bias);
  const masked = options.mask === undefined ? biased : tf.add(biased, options.mask.adder);
  const probabilities = tf.softmax(masked) as tf.Tensor4D;
  const mixed = options.onProbabilities === undefined ? probabilities : options.onProbabilities(probabilities);
  return { output: tf.matMul(mixed, v) as tf.Tensor4D, probabilities };
}
