import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import { decayWeights, isDecayedByDefault } from "./decay.ts";
import type { UpdateStep } from "./transform.ts";

beforeAll(() => tf.setBackend("cpu"));

const w = (): tf.Variable => tf.variable(tf.tensor1d([10, -20]));
const apply = (path: string, transform = decayWeights(0.1)): number[] => {
  const variable = w();
  const change = transform.apply(new Map([[path, tf.tensor1d([1, 1])]]), {
    variable: () => variable,
  } as never as UpdateStep);
  return [...change.get(path)!.dataSync()];
};

it("adds the decayed variable to its change", () => {
  expect(apply("dense.kernel")).toBeAllClose([2, -1]);
  expect(apply("dense.kernel", decayWeights(0))).toEqual([1, 1]);
});

it("does not decay biases and norms by default", () => {
  expect(apply("dense.bias")).toEqual([1, 1]);
  expect(
    apply(
      "dense.bias",
      decayWeights(0.1, () => true),
    ),
  ).toBeAllClose([2, -1]);
  expect(["a.gamma", "a.beta", "outputBias", "bias"].some(isDecayedByDefault)).toBe(false);
  expect(["a.kernel", "word.table", "alphabeta"].every(isDecayedByDefault)).toBe(true);
});
