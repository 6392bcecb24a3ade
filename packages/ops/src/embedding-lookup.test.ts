import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import { randomTensor } from "./__fixtures__/check-gradients.ts";
import { embeddingLookup } from "./embedding-lookup.ts";

beforeAll(() => tf.setBackend("cpu"));

it("sums the gradients of repeated ids, except for padding", () => {
  const ids = tf.tensor2d([0, 2, 2, 1], [2, 2], "int32");
  const table = randomTensor([4, 3], 6);
  expect(embeddingLookup(table, ids).shape).toEqual([2, 2, 3]);
  const gradient = tf.grad((table) => tf.sum(embeddingLookup(table, ids)))(table);
  expect(Array.from(gradient.dataSync())).toEqual([1, 1, 1, 1, 1, 1, 2, 2, 2, 0, 0, 0]);
  const padded = tf.grad((table) => tf.sum(embeddingLookup(table, ids, 2)))(table);
  expect(Array.from(padded.dataSync())).toEqual([1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
});

it("rejects ids out of range, and tables and ids of another kind", () => {
  const table = tf.zeros([3, 2]);
  const ids = (value: number): tf.Tensor => tf.tensor1d([0, value], "int32");
  expect(() => embeddingLookup(table, ids(3))).toThrow(RangeError);
  expect(() => embeddingLookup(table, ids(-1))).toThrow("embeddingLookup: ids must be from 0 to 2, got -1.");
  expect(() => embeddingLookup(table, tf.tensor1d([0]))).toThrow(TypeError);
  expect(() => embeddingLookup(tf.zeros([3]), ids(0))).toThrow(/table of rank 2/);
});
