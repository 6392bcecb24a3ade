import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import { randomTensor } from "./__fixtures__/check-gradients.ts";
import { dropout } from "./dropout.ts";

beforeAll(() => tf.setBackend("cpu"));

it("drops the given fraction, keeps the mean, and repeats for equal seeds", () => {
  const x = tf.ones([200, 500]);
  const once = dropout(x, 0.1, 7).dataSync();
  expect(Array.from(dropout(x, 0.1, 7).dataSync())).toEqual(Array.from(once));
  const dropped = once.filter((value) => value === 0).length / once.length;
  expect(dropped).toBeGreaterThan(0.095); // within six standard errors
  expect(dropped).toBeLessThan(0.105);
  expect(Math.abs(tf.mean(dropout(x, 0.1, 7)).dataSync()[0]! - 1)).toBeLessThan(0.01);
  expect(Array.from(dropout(x, 0.1, 8).dataSync())).not.toEqual(Array.from(once));
});

it("rejects a rate of 1", () => {
  expect(() => dropout(tf.ones([1]), 1, 0)).toThrow(/rate must be a number from 0 and below 1, got 1/);
});

it("passes the gradient of kept elements only", () => {
  const x = randomTensor([4, 8], 3);
  const kept = dropout(tf.onesLike(x), 0.5, 1);
  expect(
    tf
      .grad((x) => tf.sum(dropout(x, 0.5, 1)))(x)
      .dataSync(),
  ).toEqual(kept.dataSync());
});
