import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import type { UpdateStep } from "./transform.ts";
import { scaleByTrustRatio } from "./trust-ratio.ts";

beforeAll(() => tf.setBackend("cpu"));

function apply(weights: number[], change: number[], path = "dense.kernel"): number[] {
  const at = { variable: () => tf.variable(tf.tensor1d(weights)) } as never as UpdateStep;
  const changes = scaleByTrustRatio().apply(new Map([[path, tf.tensor1d(change)]]), at);
  return [...changes.get(path)!.dataSync()];
}

it("scales a change to the norm of its variable", () => {
  expect(apply([3, 4], [0, 2])).toBeAllClose([0, 5]);
});

it("keeps a change if a norm is 0, and by default those of biases and norms", () => {
  expect(apply([0, 0], [1, 2])).toEqual([1, 2]);
  expect(apply([3, 4], [0, 0])).toEqual([0, 0]);
  expect(apply([3, 4], [0, 2], "dense.bias")).toEqual([0, 2]);
});
