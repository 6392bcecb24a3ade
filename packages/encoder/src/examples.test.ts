// Runs the package's examples. The encoders that they compose must learn from context.
import { afterAll, expect, test } from "vitest";
import * as tf from "@tensorflow/tfjs-core";
import { unigramLoss } from "../examples/train-masked-lm.ts";

afterAll(() => tf.setBackend("cpu"));

const mean = (losses: readonly number[]): number => losses.reduce((sum, loss) => sum + loss, 0) / losses.length;

test.each([
  ["linear-attention", () => import("../examples/linear-attention.ts")],
  ["sinusoidal-positions", () => import("../examples/sinusoidal-positions.ts")],
])("%s: the loss falls below that of unigram frequencies", { timeout: 300_000 }, async (_, run) => {
  const before = tf.memory().numTensors;
  const { losses } = await run();
  expect(losses).toHaveLength(500);
  expect(mean(losses.slice(0, 20))).toBeGreaterThan(unigramLoss);
  expect(mean(losses.slice(-50))).toBeLessThan(0.9 * unigramLoss);
  expect(tf.memory().numTensors).toBe(before);
});
