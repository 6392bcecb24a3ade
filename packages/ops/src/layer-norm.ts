import * as tf from "@tensorflow/tfjs-core";

import { checkTensors, checkValue, number } from "@bertkit/checks";
import { runFusedKernel } from "./fused-kernel.ts";
import { withGradient } from "./with-gradient.ts";

const notNegative = number({ from: 0 });

/**
 * Layer normalization over the last axis: γ · (x − mean) / √(variance + ε) + β, with the biased variance.
 * Source: Ba et al., 2016; BERT uses ε = 1e-12.
 *
 * @param x float32 [..., size]
 * @param gamma float32 [size]
 * @param beta float32 [size]
 * @param epsilon added to the variance
 * @returns float32 of x's shape
 */
export function layerNorm<T extends tf.Tensor>(x: T, gamma: tf.Tensor, beta: tf.Tensor, epsilon: number): T {
  checkValue("layerNorm", "epsilon", epsilon, notNegative, "BERT's is 1e-12.");
  checkTensors("layerNorm", { x, gamma, beta });
  const size = x.shape[x.shape.length - 1];
  if (gamma.size !== size || beta.size !== size) {
    throw new RangeError(
      `layerNorm: gamma and beta must be [${size}], the size of x's last axis, got gamma [${gamma.shape}], beta [${beta.shape}] and x [${x.shape}]. Create the LayerNorm with size ${size}.`,
    );
  }
  return withGradient([x, gamma, beta], {
    forward: (x, gamma, beta) => {
      const [value, mean, inverse] = normalizeForward(x, gamma, beta, epsilon);
      return { value, saved: [x, gamma, mean, inverse] };
    },
    backward: normalizeBackward,
  }) as T;
}

function normalizeForward(
  x: tf.Tensor,
  gamma: tf.Tensor,
  beta: tf.Tensor,
  epsilon: number,
): [tf.Tensor, tf.Tensor, tf.Tensor] {
  const fused = runFusedKernel("BertkitLayerNorm", { x, gamma, beta }, { epsilon });
  if (fused) return fused;
  const mean = tf.mean(x, -1, true); // [..., 1]
  const centered = tf.sub(x, mean);
  const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centered), -1, true), epsilon)); // [..., 1]
  return [tf.add(tf.mul(tf.mul(centered, inverse), gamma), beta), mean, inverse];
}

function normalizeBackward(dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] {
  const [x, gamma, mean, inverse] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
  const fused = runFusedKernel("BertkitLayerNormGradient", { dy, x, gamma, mean, inverse }, {});
  if (fused) return fused;
  const leading = x.shape.slice(0, -1).map((_, axis) => axis);
  const normalized = tf.mul(tf.sub(x, mean), inverse);
  const dNormalized = tf.mul(dy, gamma);
  const alongNormalized = tf.mean(tf.mul(dNormalized, normalized), -1, true);
  const dx = tf.mul(
    tf.sub(tf.sub(dNormalized, tf.mean(dNormalized, -1, true)), tf.mul(normalized, alongNormalized)),
    inverse,
  );
  return [dx, tf.sum(tf.mul(dy, normalized), leading), tf.sum(dy, leading)];
}
