import { expect, test } from "vitest";
import { classificationScores } from "./classification-task.ts";
import { fineTuningRate } from "./fine-tune.ts";

const regression = { labels: ["score"], problem: "regression" } as const;
const multiLabel = { labels: ["a", "b"], problem: "multi-label" } as const;

test("scores predictions", () => {
  const scores = classificationScores(regression, [[1], [2], [4]], [1, 2, 3]);
  expect(scores["meanSquaredError"]).toBeCloseTo(1 / 3, 12);
  expect(scores["spearman"]).toBeCloseTo(1, 12);
});

test.each([
  [regression, [[1]], [1, 2], "one list of predictions per label, got 1 and 2."],
  [regression, [[1], [2], [3]], [1, 2], "got 3 and 2."],
  [regression, [], [], "got 0 and 0."],
  [multiLabel, [[1]], [["a"]], "predictions[0] must be 2 numbers, one per label, got 1."],
  [multiLabel, [[1, NaN]], [["a"]], "a prediction of example 0 must be a number that is finite, got NaN."],
] as const)("rejects %j with the predictions %j", (classifier, predictions, labels, message) => {
  const score = (): unknown => classificationScores(classifier, predictions, labels as never);
  expect(score).toThrow(RangeError);
  expect(score).toThrow(message);
});

test("the fine-tuning rate needs a hidden size", () => {
  expect([768, 1024, 384].map(fineTuningRate)).toEqual([5e-5, 5e-5, 1e-4]);
  for (const size of [0, -1, NaN, 1.5, "768", undefined])
    expect(() => fineTuningRate(size as number)).toThrow("fineTuningRate: hiddenSize must be a whole number");
});
