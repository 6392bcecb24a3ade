import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import { noLosses } from "./no-losses.ts";

beforeAll(() => tf.setBackend("cpu"));

it("has no losses, and gradients of zeros with the shapes of the inputs", () => {
  const [x, table] = [tf.zeros([0, 3]), tf.ones([4, 3])];
  expect(noLosses([x, table]).shape).toEqual([0]);
  const gradients = tf.grads((...inputs: tf.Tensor[]) => tf.sum(noLosses(inputs)))([x, table]);
  expect(gradients.map(({ shape }) => shape)).toEqual([[0, 3], [4, 3]]); // prettier-ignore
  expect([...gradients[1]!.dataSync()]).toEqual(Array(12).fill(0));
});
