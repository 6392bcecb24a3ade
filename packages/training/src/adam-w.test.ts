import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import { adamW } from "./adam-w.ts";

beforeAll(() => tf.setBackend("cpu"));

it("follows the formulas for two steps", () => {
  const w = tf.variable(tf.tensor1d([1, -2]));
  const optimizer = adamW({ learningRate: 0.1, weightDecay: 0.5, clipNorm: Infinity, epsilon: 0 });
  const gradients = [
    [0.5, -1],
    [0.25, 3],
  ];
  let m = [0, 0];
  let v = [0, 0];
  let expected = [1, -2];
  gradients.forEach((g, index) => {
    optimizer.update(new Map([["w", w]]), new Map([["w", tf.tensor1d(g)]]));
    const t = index + 1;
    m = m.map((x, i) => 0.9 * x + 0.1 * g[i]!);
    v = v.map((x, i) => 0.999 * x + 0.001 * g[i]! ** 2);
    expected = expected.map(
      (x, i) => x - 0.1 * (m[i]! / (1 - 0.9 ** t) / Math.sqrt(v[i]! / (1 - 0.999 ** t)) + 0.5 * x),
    );
  });
  expect(w.dataSync()).toBeAllClose(expected);
  optimizer.dispose();
  w.dispose();
});

it("has the published result of optimization_test.py in google-research/bert", () => {
  const w = tf.variable(tf.tensor1d([0.1, -0.2, -0.1]));
  const target = tf.tensor1d([0.4, 0.2, -0.5]);
  const optimizer = adamW({ learningRate: 0.2, weightDecay: 0, biasCorrection: false, clipNorm: Infinity });
  for (let i = 0; i < 100; i++) {
    tf.tidy(() => {
      const { grads } = tf.variableGrads(() => tf.mean(tf.square(tf.sub(target, w))) as tf.Scalar, [w]);
      optimizer.update(new Map([["w", w]]), new Map([["w", grads[w.name]!]]));
    });
  }
  expect(w.dataSync()).toBeAllClose([0.4, 0.2, -0.5], { absolute: 1e-2 });
  optimizer.dispose();
  w.dispose();
});

it("clips by global norm, and does not decay biases and norms", () => {
  const variables = new Map([
    ["a.kernel", tf.variable(tf.tensor1d([1]))],
    ["a.bias", tf.variable(tf.tensor1d([1]))],
  ]);
  const zero = new Map([
    ["a.kernel", tf.tensor1d([0])],
    ["a.bias", tf.tensor1d([0])],
  ]);
  adamW({ learningRate: 0.1, weightDecay: 0.5 }).update(variables, zero);
  expect([...variables.values()].map((variable) => variable.dataSync()[0])).toBeAllClose([0.95, 1]);
  const optimizer = adamW({ learningRate: 0.1, clipNorm: 1 });
  optimizer.update(
    variables,
    new Map([
      ["a.kernel", tf.tensor1d([30])],
      ["a.bias", tf.tensor1d([40])],
    ]),
  );
  expect(optimizer.state().slots.get("m/a.kernel")!.dataSync()).toBeAllClose([0.06]);
  expect(optimizer.state().slots.get("m/a.bias")!.dataSync()).toBeAllClose([0.08]);
});
