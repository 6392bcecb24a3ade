import * as tf from "@tensorflow/tfjs-core";

import { checkTensor, checkValue, number } from "@bertkit/checks";
import { runFusedKernel } from "./fused-kernel.ts";
import { withGradient } from "./with-gradient.ts";

const fraction = number({ from: 0, below: 1 });

/**
 * Sets a fraction `rate` of the elements to zero and scales the rest by 1 / (1 − rate). The same seed drops the same
 * elements on every backend. The rate is rounded to a multiple of 1/65536.
 * Source: Srivastava et al., 2014.
 *
 * @param x float32 of any shape
 * @param rate in [0, 1)
 * @param seed any 32-bit integer
 * @returns float32 of x's shape
 */
export function dropout<T extends tf.Tensor>(x: T, rate: number, seed: number): T {
  checkValue("dropout", "rate", rate, fraction, "Pass the fraction of elements to drop.");
  checkTensor("dropout", "x", x);
  const threshold = Math.min(Math.round(rate * 65536), 65535);
  if (threshold === 0) return x;
  const kept = 65536 / (65536 - threshold);
  return tf.tidy(() => {
    const mask = runFusedKernel("BertkitDropoutMask", {}, { shape: x.shape, threshold, seed })?.[0];
    if (mask !== undefined) return masked(x, mask, kept) as T;
    return tf.mul(x, tf.tensor(dropoutMask(x.size, threshold, kept, seed), x.shape)) as T;
  });
}

/** x · mask · kept with the backend's fused kernel. It is linear in x, so the gradient is the same function of dy. */
function masked(x: tf.Tensor, mask: tf.Tensor, kept: number, backward = false): tf.Tensor {
  return withGradient([x], {
    forward: (x) => ({ value: runFusedKernel("BertkitDropout", { x, mask }, { kept, backward })![0], saved: [mask] }),
    backward: (dy, [mask]) => [masked(dy, mask!, kept, !backward)],
  });
}

/** 0 or 1 / (1 − rate) per element. Each 32-bit hash (splitmix32) serves two elements. */
function dropoutMask(size: number, threshold: number, kept: number, seed: number): Float32Array {
  const mask = new Float32Array(size);
  let state = seed | 0;
  for (let i = 0; i < size; i += 2) {
    state = (state + 0x9e3779b9) | 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    z ^= z >>> 15;
    if ((z & 0xffff) >= threshold) mask[i] = kept;
    if (z >>> 16 >= threshold && i + 1 < size) mask[i + 1] = kept;
  }
  return mask;
}
