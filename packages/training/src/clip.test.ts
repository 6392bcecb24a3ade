import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import { clipByGlobalNorm, clipScale, globalNorm } from "./clip.ts";
import type { UpdateStep } from "./transform.ts";

beforeAll(() => tf.setBackend("cpu"));

const at = {} as UpdateStep;
const changes = (): Map<string, tf.Tensor> =>
  new Map<string, tf.Tensor>([
    ["a", tf.tensor1d([3, 0])],
    ["b", tf.scalar(4)],
  ]);

it("computes the norm over all tensors", () => {
  expect(globalNorm(changes().values()).dataSync()[0]).toBeCloseTo(5, 6);
  expect(globalNorm([]).dataSync()[0]).toBe(0);
});

it("scales all changes down to the norm, and never up", () => {
  const clipped = clipByGlobalNorm(1).apply(changes(), at);
  expect([...clipped.get("a")!.dataSync(), ...clipped.get("b")!.dataSync()]).toBeAllClose([0.6, 0, 0.8]);
  const small = clipByGlobalNorm(10).apply(changes(), at);
  expect([...small.get("a")!.dataSync(), ...small.get("b")!.dataSync()]).toEqual([3, 0, 4]);
  const same = changes();
  expect(clipByGlobalNorm(Infinity).apply(same, at)).toBe(same);
});

it("has a scale of 1 for a norm of 0", () => {
  expect(clipScale(tf.scalar(0), 1).dataSync()[0]).toBe(1);
});
