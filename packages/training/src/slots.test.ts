import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";

import { Slots } from "./slots.ts";

beforeAll(() => tf.setBackend("cpu"));

it("creates a variable of zeros per slot and path, once", () => {
  const slots = new Slots();
  const shape = [2];
  const m = slots.get("m", "a.kernel", shape);
  expect([...m.dataSync()]).toEqual([0, 0]);
  expect(m.trainable).toBe(false);
  expect(slots.get("m", "a.kernel", shape)).toBe(m);
  expect(slots.get("v", "a.kernel", shape)).not.toBe(m);
  expect([...slots.all().keys()]).toEqual(["m/a.kernel", "v/a.kernel"]);
  slots.dispose();
  expect(slots.all().size).toBe(0);
});

it("restores copies, and rejects a variable of another shape", () => {
  const slots = new Slots();
  const saved = tf.tensor1d([1, 2]);
  const before = tf.memory().numTensors;
  slots.restore(new Map([["m/w", saved]]));
  const m = slots.get("m", "w", [2]);
  expect([...m.dataSync()]).toEqual([1, 2]);
  expect(m.dataId).not.toBe(saved);
  expect(() => slots.get("m", "w", [3])).toThrow("Optimizer: m/w has shape [2]");
  slots.dispose();
  expect(tf.memory().numTensors).toBe(before);
});
