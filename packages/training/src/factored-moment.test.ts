import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import { divideByFactoredMoment } from "./factored-moment.ts";
import { optimizerOf } from "./optimizer-of.ts";

beforeAll(() => tf.setBackend("cpu"));

it("keeps a row and a column of each matrix, and all of a vector", () => {
  const shapes = { "a.kernel": [3, 4], "a.bias": [4] };
  const entries = Object.entries(shapes);
  const optimizer = optimizerOf({
    kind: "factored",
    learningRate: 1,
    transforms: [divideByFactoredMoment({ decayRate: 0.8, epsilon: 1e-30 })],
  });
  const variables = new Map(entries.map(([path, shape]) => [path, tf.variable(tf.zeros(shape))]));
  optimizer.update(variables, new Map(entries.map(([path, shape]) => [path, tf.fill(shape, -3)])));
  // At the first step a gradient of rank one is divided by itself.
  for (const variable of variables.values())
    expect([...variable.dataSync()]).toBeAllClose(Array(variable.size).fill(1));
  const found = Array.from(optimizer.state().slots, ([key, { shape }]) => [key, shape]);
  expect(Object.fromEntries(found)).toEqual({
    "row/a.kernel": [3],
    "column/a.kernel": [4],
    "row/a.bias": [4],
    "column/a.bias": [],
  });
  optimizer.dispose();
});
