import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import { checkGradients, randomTensor } from "./__fixtures__/check-gradients.ts";
import { layerNorm } from "./layer-norm.ts";

beforeAll(() => tf.setBackend("cpu"));

it("normalizes each row, with gradients of x, gamma and beta", () => {
  const x = randomTensor([2, 3, 8], 3, 2);
  const rows = layerNorm(x, tf.ones([8]), tf.zeros([8]), 1e-12);
  expect(tf.mean(rows, -1).dataSync()).toBeAllClose(new Float32Array(6), { absolute: 1e-6 });
  expect(tf.mean(tf.square(rows), -1).dataSync()).toBeAllClose(new Float32Array(6).fill(1));
  checkGradients((x, gamma, beta) => layerNorm(x, gamma, beta, 1e-6), [x, randomTensor([8], 4), randomTensor([8], 5)]);
});

it("rejects gamma and beta of another size", () => {
  expect(() => layerNorm(tf.zeros([2, 4]), tf.zeros([3]), tf.zeros([3]), 1e-12)).toThrow(
    /gamma and beta must be \[4\], .*got gamma \[3\]/,
  );
});

it("rejects an epsilon that is not a number", () => {
  expect(() => layerNorm(tf.zeros([2, 4]), tf.ones([4]), tf.zeros([4]), NaN)).toThrow(/epsilon must be .*got NaN/);
});
