import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import { lamb } from "./lamb.ts";
import type { Optimizer } from "./optimizer.ts";

beforeAll(() => tf.setBackend("cpu"));

function steps(optimizer: Optimizer, gradients: readonly number[], path = "w.kernel"): number {
  const w = tf.variable(tf.tensor1d([1]));
  for (const gradient of gradients) optimizer.update(new Map([[path, w]]), new Map([[path, tf.tensor1d([gradient])]]));
  return w.dataSync()[0]!;
}

const options = { learningRate: 0.1, weightDecay: 0, clipNorm: Infinity };

it("takes steps of the variable's norm times the rate", () => {
  expect(steps(lamb(options), [1000])).toBeCloseTo(0.9, 5);
  expect(steps(lamb(options), [-0.001])).toBeCloseTo(1.1, 5);
});

it("does not adapt biases, whose step is Adam's", () => {
  const w = tf.variable(tf.tensor1d([10]));
  lamb({ ...options, epsilon: 0 }).update(new Map([["a.bias", w]]), new Map([["a.bias", tf.tensor1d([3])]]));
  expect(w.dataSync()[0]).toBeCloseTo(9.9, 5);
});
