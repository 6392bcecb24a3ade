import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import type { Optimizer } from "./optimizer.ts";
import { sgd } from "./sgd.ts";

beforeAll(() => tf.setBackend("cpu"));

function steps(optimizer: Optimizer, gradients: readonly number[], path = "w.kernel"): number {
  const w = tf.variable(tf.tensor1d([1]));
  for (const gradient of gradients) optimizer.update(new Map([[path, w]]), new Map([[path, tf.tensor1d([gradient])]]));
  return w.dataSync()[0]!;
}

it("subtracts the gradient times the rate", () => {
  expect(steps(sgd({ learningRate: 0.1 }), [2, -4])).toBeCloseTo(1.2, 6);
});

it("sums gradients with momentum, optionally Nesterov's", () => {
  expect(steps(sgd({ learningRate: 0.1, momentum: 0.5 }), [2, 4])).toBeCloseTo(1 - 0.2 - 0.5, 6);
  expect(steps(sgd({ learningRate: 0.1, momentum: 0.5, nesterov: true }), [2, 4])).toBeCloseTo(1 - 0.3 - 0.65, 6);
});

it("rejects Nesterov's momentum without momentum", () => {
  expect(() => sgd({ learningRate: 0.1, nesterov: true })).toThrow(/^sgd: nesterov needs momentum above 0\. Pass/);
});

it("decays all variables by L2 regularization", () => {
  expect(steps(sgd({ learningRate: 0.1, weightDecay: 0.5 }), [2], "w.bias")).toBeCloseTo(1 - 0.1 * 2.5, 6);
});
