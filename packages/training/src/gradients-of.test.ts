import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import { gradientsOf } from "./gradients-of.ts";

beforeAll(() => tf.setBackend("cpu"));

it("returns loss, metrics and gradients by path", () => {
  const w = tf.variable(tf.tensor1d([1, 2]));
  const unused = tf.variable(tf.scalar(0));
  const variables = new Map<string, tf.Variable>([
    ["w", w],
    ["unused", unused],
  ]);
  const before = tf.memory().numTensors;
  const { loss, metrics } = tf.tidy(() => {
    const found = gradientsOf(variables, () => {
      const sum = tf.sum(tf.square(w)) as tf.Scalar;
      return { loss: sum, metrics: { twice: tf.mul(sum, 2) } };
    });
    expect([...found.gradients.keys()]).toEqual(["w"]);
    expect([...found.gradients.get("w")!.dataSync()]).toEqual([2, 4]);
    return { loss: found.loss, metrics: found.metrics };
  });
  expect([loss.dataSync()[0], metrics["twice"]!.dataSync()[0]]).toEqual([5, 10]);
  tf.dispose([loss, metrics]);
  expect(tf.memory().numTensors).toBe(before);
  tf.dispose([w, unused]);
});
