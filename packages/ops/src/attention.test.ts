import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import { checkGradients, randomTensor } from "./__fixtures__/check-gradients.ts";
import { attention } from "./attention.ts";
import { attentionMask } from "./attention-mask.ts";

beforeAll(() => tf.setBackend("cpu"));

const q = randomTensor([2, 2, 3, 4], 10) as tf.Tensor4D;
const k = randomTensor([2, 2, 3, 4], 11) as tf.Tensor4D;
const v = randomTensor([2, 2, 3, 4], 12) as tf.Tensor4D;

it("gives masked keys a probability of 0", () => {
  const mask = attentionMask(tf.tensor2d([1, 1, 0, 1, 1, 1], [2, 3], "int32"));
  const { probabilities } = attention(q, k, v, { mask });
  const first = tf.slice(probabilities, [0, 0, 0, 2], [1, 2, 3, 1]).dataSync();
  expect(Array.from(first)).toEqual([0, 0, 0, 0, 0, 0]);
  expect(tf.sum(probabilities, -1).dataSync()).toBeAllClose(new Float32Array(12).fill(1));
});

it("adds a bias to the scores; bias and mask are distinct types", () => {
  const bias = tf.tensor2d([5, 0, 0, 0, 5, 0, 0, 0, 5], [3, 3]);
  const { probabilities } = attention(q, k, v, { bias });
  const plain = attention(q, k, v).probabilities;
  expect(tf.sum(tf.mul(probabilities, tf.eye(3))).dataSync()[0]).toBeGreaterThan(
    tf.sum(tf.mul(plain, tf.eye(3))).dataSync()[0]!,
  );
  // @ts-expect-error a tensor is not a mask
  const tensorAsMask = (): unknown => attention(q, k, v, { mask: bias });
  // @ts-expect-error a mask is not a bias
  const maskAsBias = (): unknown => attention(q, k, v, { bias: attentionMask(tf.ones([2, 3])) });
  // @ts-expect-error nor is an object with its fields
  const likeness = (): unknown => attention(q, k, v, { mask: { kind: "attention-mask", adder: bias } });
  expect([tensorAsMask, maskAsBias, likeness]).toHaveLength(3); // checked by the compiler
  checkGradients((q, bias) => attention(q as tf.Tensor4D, k, v, { bias }).output, [q, randomTensor([3, 3], 20)]);
});

it("has the right gradients of q, k and v", () => {
  checkGradients((q, k, v) => attention(q as tf.Tensor4D, k as tf.Tensor4D, v as tf.Tensor4D).output, [q, k, v]);
});

it("rejects keys and values that do not fit the queries", () => {
  const shorter = randomTensor([2, 2, 2, 4], 13) as tf.Tensor4D;
  expect(() => attention(q, k, shorter)).toThrow(RangeError);
  expect(() => attention(randomTensor([2, 2, 3, 5], 14) as tf.Tensor4D, k, v)).toThrow(/same head size/);
});
