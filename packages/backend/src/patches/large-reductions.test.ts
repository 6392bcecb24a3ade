// Reductions over more elements than float32 can count, on every backend that runs in Node.
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { useBackend } from "../index.ts";

const [large, halfLarge, prime] = [23_440_896, 11_720_448, 23_440_903] as const;
const tenth = Math.fround(0.1);

/** A tensor filled with `value`, made so that no backend can treat it as a constant. */
function full(shape: number[], value: number): tf.Tensor {
  return tf.add(tf.fill(shape, value - 0.25), 0.25);
}

const tenths = (...shape: number[]): tf.Tensor => tf.mul(full(shape, 1), 0.1);

const cases: Record<string, readonly [got: () => tf.Tensor, expected: number]> = {
  "the mean of ones": [() => tf.mean(full([large], 1)), 1],
  "a sum": [() => tf.sum(tenths(large)), large * tenth],
  "a sum of a prime count": [() => tf.sum(full([prime], 1)), prime],
  "a mean of a prime count": [() => tf.mean(full([prime], 1)), 1],
  "a global norm of 11.7 million": [() => tf.sqrt(tf.sum(tf.square(tenths(halfLarge)))), Math.sqrt(halfLarge) * tenth],
  "a global norm of 23.4 million": [() => tf.sqrt(tf.sum(tf.square(tenths(large)))), Math.sqrt(large) * tenth],
  "a norm": [() => tf.norm(tenths(large)), Math.sqrt(large) * tenth],
  "sums of few columns": [() => tf.sum(tenths(halfLarge, 2), 0), halfLarge * tenth],
  "sums of many columns": [() => tf.sum(tenths(large / 16, 16), 0), (large / 16) * tenth],
  "means of a middle axis": [() => tf.mean(tenths(2, large / 4, 2), 1), tenth],
  "sums of two axes around a third": [() => tf.sum(tenths(4000, 2, 2930), [0, 2]), 4000 * 2930 * tenth],
  "the log of a sum of exponentials": [() => tf.logSumExp(tenths(halfLarge)), Math.log(halfLarge) + tenth],
  "a mean squared error": [() => tf.losses.meanSquaredError(tf.zeros([large]), tenths(large)), tenth * tenth],
  "a variance": [() => tf.moments(tf.tile(tf.tensor1d([0, 1]), [halfLarge])).variance, 0.25],
};

describe.each(["cpu", "wasm", "node"] as const)("on %s", (backend) => {
  beforeAll(() => useBackend(backend));
  afterAll(() => tf.disposeVariables());

  // The cpu backend of TensorFlow.js already sums in double precision, but slowly.
  const names = Object.keys(cases).slice(0, backend === "cpu" ? 2 : undefined);
  it.each(names)("%s", { timeout: 120_000 }, (name) => {
    const [got, expected] = cases[name]!;
    for (const value of tf.tidy(() => got().dataSync())) expect(Math.abs(value / expected - 1)).toBeLessThan(3e-6);
  });
});

describe("reductions on wasm", () => {
  beforeAll(() => useBackend("wasm"));

  it("match the cpu backend along any axes, and free their intermediate tensors", async () => {
    const results: number[][][] = [];
    for (const backend of ["cpu", "wasm"] as const) {
      await useBackend(backend);
      const x = tf.tensor(
        Float32Array.from({ length: 360 }, (_, i) => Math.sin(i)),
        [3, 4, 5, 6],
      );
      const before = tf.engine().backend.numDataIds();
      const read = [0, 1, 3, [0, 1], [2, 3], [0, 3], [1, 2], [3, 0], -1, undefined, []].flatMap((axis) =>
        [false, true].flatMap((keepDims) =>
          [tf.sum, tf.mean, tf.prod].map((reduce) =>
            tf.tidy(() => {
              const result = reduce(x, axis, keepDims);
              return [...result.shape, ...result.dataSync()];
            }),
          ),
        ),
      );
      for (const axis of [0, 1, 3])
        for (const flags of [0, 1, 2, 3])
          read.push(tf.tidy(() => [...tf.cumsum(x, axis, flags > 1, flags % 2 > 0).dataSync()]));
      expect(tf.engine().backend.numDataIds()).toBe(before);
      results.push(read);
    }
    results[1]!.forEach((values, i) => expect(values).toBeAllClose(results[0]![i]!, { absolute: 1e-5 }));
  });

  it("leave integers to the original kernel, and never read stale memory for an empty tensor", () => {
    const none = tf.zeros([2, 0]);
    const results = [tf.sum(tf.tensor1d([1, 2, 3], "int32")), tf.sum(none, 1), tf.mean(none, 1), tf.prod(none, 1)];
    expect(results.map((result) => [...result.dataSync()])).toEqual([[6], [0, 0], [0, 0], [1, 1]]);
  });

  it("compute cumulative sums in double precision", () => {
    const value = tf.tidy(() => tf.max(tf.cumsum(tenths(halfLarge))).dataSync()[0]!);
    expect(Math.abs(value / (halfLarge * tenth) - 1)).toBeLessThan(1e-7);
  });
});
