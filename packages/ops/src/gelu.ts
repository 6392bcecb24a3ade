import { checkTensor } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";

import { runFusedKernel } from "./fused-kernel.ts";
import { withGradient } from "./with-gradient.ts";

/**
 * The exact Gaussian error linear unit, x · Φ(x), where Φ is the standard normal distribution function. Hugging Face's
 * "gelu". Source: Hendrycks & Gimpel, 2016.
 *
 * @param x float32 of any shape
 * @returns float32 of x's shape
 */
export function gelu<T extends tf.Tensor>(x: T): T {
  checkTensor("gelu", "x", x);
  return withGradient([x], {
    forward: (x) => ({ value: forward(x), saved: [x] }),
    backward: (dy, [x]) => [backward(dy, x!)],
  }) as T;
}

function forward(x: tf.Tensor): tf.Tensor {
  return runFusedKernel("BertkitGelu", { x }, { approximate: false })?.[0] ?? tf.mul(x, normalDistribution(x));
}

/** d/dx x·Φ(x) = Φ(x) + x·φ(x) */
function backward(dy: tf.Tensor, x: tf.Tensor): tf.Tensor {
  const fused = runFusedKernel("BertkitGeluGradient", { dy, x }, { approximate: false });
  if (fused) return fused[0];
  const density = tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
  return tf.mul(dy, tf.add(normalDistribution(x), tf.mul(x, density)));
}

/** Φ(x) = (1 + erf(x/√2)) / 2 */
function normalDistribution(x: tf.Tensor): tf.Tensor {
  return tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5);
}
