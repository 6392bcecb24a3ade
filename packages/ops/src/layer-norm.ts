import * as tf from "@tensorflow/tfjs-core";

import { checkValue, number } from "@bertkit/checks";
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
  const size = x.shape[x.shape.length - 1];
  if (gamma.size !== size || beta.size !== size) {
    throw new RangeError(
      `layerNorm: gamma and beta must be [${size}], the size of x's last axis, got gamma [${gamma.shape}], beta [${beta.shape}] and x [${x.shape}]. Create the LayerNorm with size ${size}.`,
    );
  }
  return withGradient([x, gamma, beta], {
    forward: (x, gamma, beta) => {
      const [value, mean, inverse] = normaliseForward(x, gamma, beta, epsilon);
      return { value, saved: [x, gamma, mean, inverse] };
    },
    backward: normaliseBackward,
  }) as T;
}

function normaliseForward(
  x: tf.Tensor,
  gamma: tf.Tensor,
  beta: tf.Tensor,
  epsilon: number,
): [tf.Tensor, tf.Tensor, tf.Tensor] {
  const fused = runFusedKernel("BertkitLayerNorm", { x, gamma, beta }, { epsilon });
  if (fused) return fused;
  const mean = tf.mean(x, -1, true); // [..., 1]
  const centred = tf.sub(x, mean);
  const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), epsilon)); // [..., 1]
  return [tf.add(tf.mul(tf.mul(centred, inverse), gamma), beta), mean, inverse];
}

function normaliseBackward(dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] {
  const [x, gamma, mean, inverse] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
  const fused = runFusedKernel("BertkitLayerNormGradient", { dy, x, gamma, mean, inverse }, {});
  if (fused) return fused;
  const leading = x.shape.slice(0, -1).map((_, axis) => axis);
  const normalised = tf.mul(tf.sub(x, mean), inverse);
  const dNormalised = tf.mul(dy, gamma);
  const alongNormalised = tf.mean(tf.mul(dNormalised, normalised), -1, true);
  const dx = tf.mul(
    tf.sub(tf.sub(dNormalised, tf.mean(dNormalised, -1, true)), tf.mul(normalised, alongNormalised)),
    inverse,
  );
  return [dx, tf.sum(tf.mul(dy, normalised), leading), tf.sum(dy, leading)];
}
