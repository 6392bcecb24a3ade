import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import { runTransform } from "./__fixtures__/run-transform.ts";
import { adamMoments } from "./adam-moments.ts";

beforeAll(() => tf.setBackend("cpu"));

const options = { beta1: 0.9, beta2: 0.99, epsilon: 0, biasCorrection: true };

it("is the sign of the first gradient, with bias correction", () => {
  expect(runTransform(adamMoments(options), [-3])).toBeAllClose([-1]);
});

it("divides the mean gradient by the root of the mean square, plus epsilon", () => {
  const [m, v] = [0.9 * (0.1 * 2) + 0.1 * 4, 0.99 * (0.01 * 4) + 0.01 * 16];
  const plain = runTransform(adamMoments({ ...options, biasCorrection: false, epsilon: 0.5 }), [2, 4]);
  expect(plain[1]).toBeCloseTo(m / (Math.sqrt(v) + 0.5), 5);
  const corrected = runTransform(adamMoments(options), [2, 4]);
  expect(corrected[1]).toBeCloseTo(m / (1 - 0.9 ** 2) / Math.sqrt(v / (1 - 0.99 ** 2)), 5);
});
