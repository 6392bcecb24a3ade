import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import { checkGradients, randomTensor } from "./__fixtures__/check-gradients.ts";
import { linearCrossEntropy } from "./linear-cross-entropy.ts";
import { softmaxCrossEntropy } from "./softmax-cross-entropy.ts";

beforeAll(() => tf.setBackend("cpu"));

it("has the losses, hits and gradients of a linear layer with cross-entropy", () => {
  const labels = tf.tensor1d([2, 0, 1], "int32");
  const [x, table, bias] = [randomTensor([3, 4], 15), randomTensor([5, 4], 16), randomTensor([5], 17)] as [
    tf.Tensor2D,
    tf.Tensor2D,
    tf.Tensor1D,
  ];
  const logits = tf.add<tf.Tensor2D>(tf.matMul(x, table, false, true), bias);
  expect(linearCrossEntropy(x, table, bias, labels).losses.dataSync()).toBeAllClose(
    softmaxCrossEntropy(logits, labels).dataSync(),
  );
  const largest = tf.argMax(logits, 1).dataSync();
  const mixed = tf.tensor1d([largest[0]!, (largest[1]! + 1) % 5, largest[2]!], "int32");
  expect([...linearCrossEntropy(x, table, bias, mixed).hits.dataSync()]).toEqual([1, 0, 1]);
  checkGradients(
    (x, table, bias) => linearCrossEntropy(x as tf.Tensor2D, table as tf.Tensor2D, bias as tf.Tensor1D, labels).losses,
    [x, table, bias],
  );
});

it("counts a hit if another class has the same logit", () => {
  const { hits } = linearCrossEntropy(
    tf.zeros([2, 3]),
    tf.zeros([4, 3]),
    tf.tensor1d([0, 0, 0, -1]),
    tf.tensor1d([2, 3], "int32"),
  );
  expect([...hits.dataSync()]).toEqual([1, 0]);
});

it("rejects shapes and labels that do not fit", () => {
  const of = (tableSize: number, classes: number, labels: tf.Tensor1D) => () =>
    linearCrossEntropy(tf.zeros([2, 3]), tf.zeros([4, tableSize]), tf.zeros([classes]), labels);
  const labels = tf.tensor1d([0, 1], "int32");
  expect(of(2, 4, labels)).toThrow("table must be [classes, 3]");
  expect(of(3, 5, labels)).toThrow("got table [4,3] and bias [5]");
  expect(of(3, 4, tf.tensor1d([0], "int32"))).toThrow("labels must be int32 [2]");
  expect(of(3, 4, tf.tensor1d([0, 1]))).toThrow("got float32");
  for (const label of [-1, -100, 4])
    expect(of(3, 4, tf.tensor1d([0, label], "int32"))).toThrow(`labels must be from 0 to 3, got ${label}`);
});

it("has the losses of the bias for vectors of size 0", () => {
  const { losses, hits } = linearCrossEntropy(
    tf.zeros([2, 0]),
    tf.zeros([3, 0]),
    tf.tensor1d([1, 3, 2]),
    tf.tensor1d([1, 2], "int32"),
  );
  const total = Math.log(Math.exp(1) + Math.exp(3) + Math.exp(2));
  expect(losses.dataSync()).toBeAllClose([total - 3, total - 2]);
  expect([...hits.dataSync()]).toEqual([1, 0]);
});

it("gives no losses for no rows, with zeros as gradients", () => {
  const labels = tf.tensor1d([], "int32");
  const inputs = [tf.zeros([0, 2]), tf.ones([3, 2]), tf.ones([3])];
  const of = (x: tf.Tensor, table: tf.Tensor, bias: tf.Tensor) =>
    linearCrossEntropy(x as tf.Tensor2D, table as tf.Tensor2D, bias as tf.Tensor1D, labels);
  const { losses, hits } = of(inputs[0]!, inputs[1]!, inputs[2]!);
  for (const none of [losses, hits]) expect([none.shape, [...none.dataSync()]]).toEqual([[0], []]);
  const slopes = tf.grads((x, table, bias) => tf.sum(of(x!, table!, bias!).losses))(inputs);
  expect(slopes.map(({ shape }) => shape)).toEqual([[0, 2], [3, 2], [3]]);
  expect(slopes.flatMap((slope) => [...slope.dataSync()])).toEqual(new Array(9).fill(0));
});
