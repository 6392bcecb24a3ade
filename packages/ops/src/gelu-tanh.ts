import { checkTensor } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";

import { runFusedKernel } from "./fused-kernel.ts";
import { withGradient } from "./with-gradient.ts";

const slope = Math.sqrt(2 / Math.PI);
const cubic = 0.044715;

/**
 * The tanh approximation of GELU, as in google-research/bert (modeling.py, `gelu`): x/2 · (1 + tanh(√(2/π) · (x +
 * 0.044715 x³))). Hugging Face's "gelu_new".
 *
 * @param x float32 of any shape
 * @returns float32 of x's shape
 */
export function geluTanh<T extends tf.Tensor>(x: T): T {
  checkTensor("geluTanh", "x", x);
  return withGradient([x], {
    forward: (x) => ({ value: forward(x), saved: [x] }),
    backward: (dy, [x]) => [backward(dy, x!)],
  }) as T;
}

function forward(x: tf.Tensor): tf.Tensor {
  const fused = runFusedKernel("BertkitGelu", { x }, { approximate: true });
  return fused ? fused[0] : tf.mul(tf.mul(x, 0.5), tf.add(innerTanh(x), 1));
}

function backward(dy: tf.Tensor, x: tf.Tensor): tf.Tensor {
  const fused = runFusedKernel("BertkitGeluGradient", { dy, x }, { approximate: true });
  if (fused) return fused[0];
  const t = innerTanh(x);
  const innerSlope = tf.mul(tf.add(tf.mul(tf.square(x), 3 * cubic), 1), slope);
  const bend = tf.mul(tf.mul(x, tf.sub(1, tf.square(t))), innerSlope);
  return tf.mul(dy, tf.mul(tf.add(tf.add(t, 1), bend), 0.5));
}

function innerTanh(x: tf.Tensor): tf.Tensor {
  return tf.tanh(tf.mul(tf.mul(x, slope), tf.add(tf.mul(tf.square(x), cubic), 1)));
}
