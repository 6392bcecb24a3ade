import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import { randomTensor } from "./__fixtures__/check-gradients.ts";
import { attention } from "./attention.ts";
import { attentionMask } from "./attention-mask.ts";

beforeAll(() => tf.setBackend("cpu"));

it("hides padding from every query", () => {
  const { adder } = attentionMask(tf.tensor2d([1, 0, 1, 1], [2, 2], "int32"));
  expect(adder.shape).toEqual([2, 1, 1, 2]);
  expect([...adder.dataSync()]).toBeAllClose([0, -10_000, 0, 0]);
});

it("may differ between queries", () => {
  const vectors = randomTensor([2, 2, 3, 4], 10) as tf.Tensor4D;
  const causal = tf.tensor3d([1, 0, 0, 1, 1, 0, 1, 1, 1, 1, 0, 0, 1, 1, 0, 1, 1, 1], [2, 3, 3], "int32");
  const { probabilities } = attention(vectors, vectors, vectors, { mask: attentionMask(causal) });
  const future = tf.sum(tf.mul(probabilities, tf.expandDims(tf.sub(1, causal), 1)));
  expect(future.dataSync()[0]).toBe(0);
});

it("rejects other ranks", () => {
  expect(() => attentionMask(tf.ones([2, 1, 1, 3]) as never)).toThrow(/needs \[batch, tokens\] .*, got \[2,1,1,3\]/);
});
