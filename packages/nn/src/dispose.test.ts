import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import { network } from "./__fixtures__/network.ts";
import { dispose } from "./dispose.ts";
import { Rng } from "./rng.ts";

beforeAll(() => tf.setBackend("cpu"));

it("frees every variable", () => {
  const before = tf.memory().numTensors;
  dispose(network(new Rng(0)));
  expect(tf.memory().numTensors).toBe(before);
});

it("skips variables that were freed with another model", () => {
  const model = network(new Rng(0));
  const before = tf.memory().numTensors;
  dispose({ table: model.embedding.table });
  expect(tf.memory().numTensors).toBe(before - 1);
  expect(() => dispose(model)).not.toThrow();
});
