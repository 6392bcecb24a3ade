import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";
import "../index.ts";

beforeAll(async () => {
  await tf.setBackend("onnxruntime");
});

const tenth = Math.fround(0.1);

it.each([[1_000_000], [4097 * 64], [3, 500_000]])("keeps six digits of sums and means over %j numbers", (...shape) => {
  tf.tidy(() => {
    const x = tf.add(tf.fill(shape, 0.1), 0); // not known to the backend as one repeated value
    const length = shape.at(-1)!;
    for (const keepDims of [false, true]) {
      const [sum, mean] = [tf.sum(x, -1, keepDims), tf.mean(x, -1, keepDims)];
      expect(sum.shape).toEqual(keepDims ? [...shape.slice(0, -1), 1] : shape.slice(0, -1));
      expect(mean.shape).toEqual(sum.shape);
      for (const value of sum.dataSync()) expect(value / (length * tenth)).toBeCloseTo(1, 5);
      for (const value of mean.dataSync()) expect(value / tenth).toBeCloseTo(1, 5);
    }
    const all = shape.reduce((product, size) => product * size, 1);
    expect(tf.sum(x).dataSync()[0]! / (all * tenth)).toBeCloseTo(1, 5);
  });
});

it("keeps the order of the sums", () => {
  tf.tidy(() => {
    const x = tf.reshape(tf.range(0, 2 * 3 * 5000), [2, 3, 5000]);
    const expected = [0, 1].map((row) => 15_000 * (row * 15_000 + 7499.5));
    expect(tf.sum(x, [1, 2]).dataSync()).toBeAllClose(expected, { relative: 1e-6 });
  });
});
