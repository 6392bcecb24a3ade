import * as tf from "@tensorflow/tfjs-core";
import { expect } from "vitest";

/** Normally distributed float32 values; equal seeds give equal values. */
export function randomTensor(shape: number[], seed: number, scale = 1): tf.Tensor {
  return tf.randomNormal(shape, 0, scale, "float32", seed);
}

/** Compares an op's gradients with numeric differentiation of a weighted sum of its output. */
export function checkGradients(f: (...inputs: tf.Tensor[]) => tf.Tensor, inputs: tf.Tensor[]): void {
  const weights = tf.tidy(() => randomTensor(f(...inputs).shape, 99));
  const value = (...xs: tf.Tensor[]) => tf.tidy(() => tf.sum(tf.mul(f(...xs), weights)) as tf.Scalar);
  const analytic = tf.grads(value)(inputs);
  inputs.forEach((input, which) => {
    const numbers = Array.from(input.dataSync());
    const h = 1e-2;
    const numeric = numbers.map((original, i) => {
      const at = (delta: number) => {
        const moved = numbers.slice();
        moved[i] = original + delta;
        return value(...inputs.map((x, k) => (k === which ? tf.tensor(moved, input.shape) : x))).dataSync()[0]!;
      };
      // Richardson extrapolation of two central differences: error of order h⁴.
      return (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
    });
    expect(analytic[which]!.dataSync()).toBeAllClose(numeric, { absolute: 2e-3, relative: 2e-3 });
  });
}
