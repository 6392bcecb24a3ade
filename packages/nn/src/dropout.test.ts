import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import { inference } from "./context.ts";
import { Dropout } from "./dropout.ts";
import { Rng } from "./rng.ts";

beforeAll(() => tf.setBackend("cpu"));

it("drops only in training", () => {
  const x = tf.ones([64]);
  const layer = new Dropout(0.5);
  expect(layer.forward(x, inference)).toBe(x);
  const dropped = layer.forward(x, { training: true, rng: new Rng(0) }).dataSync();
  expect(new Set(dropped)).toEqual(new Set([0, 2]));
});
