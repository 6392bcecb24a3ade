import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import { ones } from "./initializers.ts";
import { parameter } from "./parameter.ts";
import { Rng } from "./rng.ts";

beforeAll(() => tf.setBackend("cpu"));

it("creates a trainable variable that a tidy does not free", () => {
  const variable = tf.tidy(() => parameter<tf.Rank.R2>([2, 3], ones, new Rng(0)));
  expect(variable.trainable).toBe(true);
  expect(variable.dtype).toBe("float32");
  expect(variable.shape).toEqual([2, 3]);
  expect([...variable.dataSync()]).toEqual([1, 1, 1, 1, 1, 1]);
  variable.dispose();
});
