import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { registerOnnxRuntime } from "../index.ts";

// Sizes at which ONNX Runtime splits a scatter's rows between threads, with repeated indices.
const rows = 4096;
const width = 128;

function ids(depth: number, limit: number): tf.Tensor2D {
  return tf.tensor2d(
    Int32Array.from({ length: rows * depth }, (_, i) => (i * i * 7 + (i >> 3)) % limit),
    [rows, depth],
    "int32",
  );
}

const sines = Float32Array.from({ length: rows * width }, (_, i) => Math.sin(i));

function numbers(...shape: number[]): tf.Tensor {
  return tf.tensor(sines.slice(0, tf.util.sizeFromShape(shape)), shape);
}

const integers = (...shape: number[]): tf.Tensor => tf.cast(tf.mul(numbers(...shape), 1000), "int32");

const cases: Record<string, () => tf.Tensor> = {
  "scatterND of rows": () => tf.scatterND(ids(1, 50), numbers(rows, width), [64, width]),
  "scatterND of integers": () => tf.scatterND(ids(1, 50), integers(rows, width), [64, width]),
  "scatterND with indices along two axes": () => tf.scatterND(ids(2, 9), numbers(rows, width), [11, 9, width]),
  "scatterND of single numbers": () => tf.scatterND(ids(3, 3), numbers(rows), [3, 4, 5]),
  "tensorScatterUpdate, the last row for an index": () =>
    tf.tensorScatterUpdate(tf.zeros([64, width]), ids(1, 50), numbers(rows, width)),
  "tensorScatterUpdate of integers along two axes": () =>
    tf.tensorScatterUpdate(tf.zeros([9, 9, width], "int32"), ids(2, 9), integers(rows, width)),
  "tensorScatterUpdate of booleans": () =>
    tf.tensorScatterUpdate(tf.zeros([64, width], "bool"), ids(1, 50), tf.greater(numbers(rows, width), 0)),
};

/**
 * The CPU backend sums in another order here, or in double precision: the expected values are those of its scatterND.
 */
const gradients: Record<string, readonly [got: () => tf.Tensor, expected: () => tf.Tensor]> = {
  "a dense gradient and one of rows": [
    () => tf.add(tf.ones([64, width]), tf.scatterND(ids(1, 50), numbers(rows, width), [64, width])),
    () => {
      const all = tf.reshape(tf.range(0, 64, 1, "int32"), [64, 1]);
      const values = [tf.ones([64, width]), numbers(rows, width)];
      return tf.scatterND(tf.concat([all, ids(1, 50)]), tf.concat(values), [64, width]);
    },
  ],
  "the gradient of gather": [
    () =>
      tf.grad((table) => tf.sum(tf.mul(tf.gather(table, tf.reshape(ids(1, 50), [rows])), numbers(rows, width))))(
        tf.ones([64, width]),
      ),
    () => tf.scatterND(ids(1, 50), numbers(rows, width), [64, width]),
  ],
  "unsortedSegmentSum of integers": [
    () => tf.unsortedSegmentSum(integers(rows, width), tf.reshape(ids(1, 50), [rows]), 64),
    () => tf.scatterND(ids(1, 50), integers(rows, width), [64, width]),
  ],
};
const all = new Map([
  ...Object.entries(cases).map(([name, build]) => [name, [build, build]] as const),
  ...Object.entries(gradients),
]);

describe("scatters on several threads", () => {
  const expected = new Map<string, ArrayLike<number>>();

  beforeAll(async () => {
    await tf.setBackend("cpu");
    for (const [name, [, build]] of all)
      expected.set(
        name,
        tf.tidy(() => build().dataSync().slice()),
      );
    registerOnnxRuntime({ threads: 4 });
    await tf.setBackend("onnxruntime");
  });

  it.each([...all.keys()])("%s gives the CPU backend's numbers to the bit, every time", (name) => {
    for (let run = 0; run < 20; run++) {
      const result = tf.tidy(all.get(name)![0]);
      const wanted = expected.get(name)!;
      expect(result.dataSync().findIndex((value: number, i: number) => !Object.is(value, wanted[i]))).toBe(-1);
      result.dispose();
    }
  });

  it.each([
    [[0, 4], "ScatterNd: the index value 4 is not in [0, 3] along axis 1"],
    [[3, 0], "ScatterNd: the index value 3 is not in [0, 2] along axis 0"],
  ])("rejects %j, out of range, in memory and computed", (place, message) => {
    const at = tf.tensor2d([place], [1, 2], "int32");
    const scatter = (ids: tf.Tensor2D): tf.Tensor => tf.scatterND(ids, tf.ones([1, 2]), [3, 4, 2]);
    expect(() => scatter(at)).toThrow(message);
    expect(() => scatter(tf.neg(tf.neg(at))).dataSync()).toThrow(/invalid index found/);
  });
});
