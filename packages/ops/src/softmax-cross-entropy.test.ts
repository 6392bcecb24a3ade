import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import { checkGradients, randomTensor } from "./__fixtures__/check-gradients.ts";
import { softmaxCrossEntropy } from "./softmax-cross-entropy.ts";

beforeAll(() => tf.setBackend("cpu"));

it("does not overflow for large logits, and has the right gradient", () => {
  const far = tf.tensor2d([1000, 0, -1000, 0], [2, 2]);
  expect(softmaxCrossEntropy(far, tf.tensor1d([1, 1], "int32")).dataSync()).toBeAllClose([1000, 0]);
  const labels = tf.tensor1d([2, 0, 1], "int32");
  checkGradients((logits) => softmaxCrossEntropy(logits as tf.Tensor2D, labels), [randomTensor([3, 4], 13)]);
});

it("rejects labels of another kind, number or range", () => {
  const logits = tf.zeros<tf.Rank.R2>([2, 3]);
  const of = (labels: number[], dtype: "int32" | "float32") => () =>
    softmaxCrossEntropy(logits, tf.tensor1d(labels, dtype));
  expect(of([0], "int32")).toThrow("softmaxCrossEntropy: labels must be int32 [2] for logits [2,3], got int32 [1].");
  expect(of([0, 1], "float32")).toThrow("got float32 [2].");
  expect(of([0, 3], "int32")).toThrow("softmaxCrossEntropy: labels must be from 0 to 2, got 3.");
});

it("gives no losses for no rows, with an empty gradient", () => {
  const [logits, labels] = [tf.zeros<tf.Rank.R2>([0, 3]), tf.tensor1d([], "int32")];
  const losses = softmaxCrossEntropy(logits, labels);
  expect([losses.shape, [...losses.dataSync()]]).toEqual([[0], []]);
  const slope = tf.grad((x: tf.Tensor) => tf.sum(softmaxCrossEntropy(x as tf.Tensor2D, labels)))(logits);
  expect([slope.shape, [...slope.dataSync()]]).toEqual([[0, 3], []]);
});
