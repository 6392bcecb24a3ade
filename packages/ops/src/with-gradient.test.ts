import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import { withGradient } from "./with-gradient.ts";

beforeAll(() => tf.setBackend("cpu"));

it("computes the value and uses the given gradient", () => {
  const x = tf.tensor1d([1, 2, 3]);
  const factor = tf.scalar(5);
  const f = (x: tf.Tensor): tf.Tensor =>
    withGradient([x, factor], {
      forward: (x, factor) => ({ value: tf.mul(x, factor), saved: [x, factor] }),
      // Deliberately not the derivative of the value.
      backward: (dy, [x]) => [tf.mul(dy, tf.mul(x!, 10)), tf.zeros([])],
    });
  expect([...f(x).dataSync()]).toEqual([5, 10, 15]);
  expect([
    ...tf
      .grad((x) => tf.sum(f(x)))(x)
      .dataSync(),
  ]).toEqual([10, 20, 30]);
});

it("frees tensors that were not saved", () => {
  const x = tf.tensor1d([1, 2]);
  const before = tf.memory().numTensors;
  const value = tf.tidy(() =>
    withGradient([x], {
      forward: (x) => ({ value: tf.neg(tf.square(x)), saved: [x] }),
      backward: (dy, [x]) => [tf.mul(dy, tf.mul(x!, -2))],
    }),
  );
  value.dispose();
  expect(tf.memory().numTensors).toBe(before);
});
