import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { useBackend } from "../index.ts";

describe("patches of the wasm backend", () => {
  beforeAll(() => useBackend("wasm"));

  it("adds the bias once in a transposed product with an inner size above 48", () => {
    const a = tf.ones<tf.Rank.R2>([2, 128]);
    const product = tf.fused.matMul({
      a,
      b: tf.ones<tf.Rank.R2>([3, 128]),
      transposeB: true,
      bias: tf.tensor1d([10, 20, 30]),
      activation: "relu",
    });
    expect(Array.from(product.dataSync())).toEqual([138, 148, 158, 138, 148, 158]);
  });

  it("adds the bias once in a batch of products, and frees its intermediate tensors", () => {
    const before = tf.engine().backend.numDataIds();
    const values = tf.tidy(() =>
      tf.fused
        .matMul({
          a: tf.ones<tf.Rank.R3>([2, 1, 100]),
          b: tf.ones<tf.Rank.R3>([2, 100, 2]),
          bias: tf.tensor1d([-200, 1]),
          activation: "leakyrelu",
          leakyreluAlpha: 0.5,
        })
        .dataSync(),
    );
    expect(Array.from(values)).toEqual([-50, 101, -50, 101]);
    expect(tf.engine().backend.numDataIds()).toBe(before);
  });

  it("gives zeros for products without an inner size", () => {
    for (let i = 0; i < 20; i++) tf.tidy(() => void tf.ones([2, 3])); // memory with other values
    const [a, b] = [tf.zeros<tf.Rank.R2>([2, 0]), tf.zeros<tf.Rank.R2>([0, 3])];
    const products = [
      tf.matMul(a, b),
      tf.matMul(tf.transpose(a), b, true),
      tf.matMul(a, tf.transpose(b), false, true),
      tf.fused.matMul({ a, b, activation: "relu" }),
    ];
    for (const product of products)
      expect([product.shape, [...product.dataSync()]]).toEqual([[2, 3], Array(6).fill(0)]);
    expect([...tf.fused.matMul({ a, b, bias: tf.tensor1d([1, 2, 3]) }).dataSync()]).toEqual([1, 2, 3, 1, 2, 3]);
  });

  it("makes one-hot rows of floats", () => {
    const ids = tf.tensor1d([1, 0, 7], "int32");
    expect(Array.from(tf.oneHot(ids, 3, 1, 0, "float32").dataSync())).toEqual([0, 1, 0, 1, 0, 0, 0, 0, 0]);
    expect(Array.from(tf.oneHot(ids, 2, 0.5, -2.5, "float32").dataSync())).toEqual([-2.5, 0.5, 0.5, -2.5, -2.5, -2.5]);
  });

  it("has the gradient of gather", () => {
    const gradient = tf.grad((x) => tf.sum(tf.gather(x, tf.tensor1d([0, 2, 2], "int32"))))(tf.ones([4, 2]));
    expect(Array.from(gradient.dataSync())).toEqual([1, 1, 0, 0, 2, 2, 0, 0]);
  });

  it("clips integers, as the cpu backend does, and floats", async () => {
    const clipped = (): number[][] =>
      [tf.tensor1d([-7, 0, 3, 2 ** 30], "int32"), tf.tensor1d([-7, 0, 3, 2 ** 30]), tf.zeros([0], "int32")].map((x) => [
        ...tf.clipByValue(x, -1.5, 2.5).dataSync(),
      ]);
    const values = clipped();
    expect(values).toEqual([[-1, 0, 2, 2], [-1.5, 0, 2.5, 2.5], []]);
    await useBackend("cpu");
    expect(clipped()).toEqual(values);
    await useBackend("wasm");
  });
});
