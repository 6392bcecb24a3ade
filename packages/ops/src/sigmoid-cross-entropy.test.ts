import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import { checkGradients, randomTensor } from "./__fixtures__/check-gradients.ts";
import { sigmoidCrossEntropy } from "./sigmoid-cross-entropy.ts";

beforeAll(() => tf.setBackend("cpu"));

it("does not overflow for large logits, and has the right gradient", () => {
  const labels = tf.tensor2d([1, 0, 0.3, 1], [2, 2]);
  expect(sigmoidCrossEntropy(tf.tensor1d([0, -200, 200]), tf.tensor1d([1, 0, 1])).dataSync()).toBeAllClose([
    Math.LN2,
    0,
    0,
  ]);
  checkGradients((logits) => sigmoidCrossEntropy(logits, labels), [randomTensor([2, 2], 14)]);
});

it("rejects labels of another shape", () => {
  expect(() => sigmoidCrossEntropy(tf.zeros([2, 2]), tf.zeros([4]))).toThrow(
    "sigmoidCrossEntropy: labels must have the shape of the logits, [2,2], got [4].",
  );
});
