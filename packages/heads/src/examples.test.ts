// The examples beside the README, run as a reader would run them.
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";

test("answer-questions: learns its questions, including the impossible one", { timeout: 300_000 }, async () => {
  const before = tf.memory().numTensors;
  const { predictions, scores, thresholds } = await import("../examples/answer-questions.ts");
  expect(predictions.predictions).toEqual({
    covers: "most of the Amazon basin",
    size: "7,000,000",
    majority: "Brazil",
    peru: "13%",
    rivers: "",
  });
  expect(scores).toEqual({ exactMatch: 1, f1: 1 });
  expect([thresholds.exactMatch.score, thresholds.f1.score]).toEqual([1, 1]);
  expect(predictions.nullOdds["rivers"]).toBeGreaterThan(0);
  expect(tf.memory().numTensors).toBe(before);
});
