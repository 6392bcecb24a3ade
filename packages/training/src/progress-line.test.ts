import { expect, it } from "vitest";

import { ProgressLine } from "./progress-line.ts";

it("shows step, loss, metrics and the time left", () => {
  const progress = new ProgressLine({
    totalSteps: 100,
    tokensPerStep: 64,
    metrics: { accuracy: { label: "accuracy", percent: true } },
  });
  const line = progress.add({
    step: 40,
    loss: 2.5,
    metrics: { accuracy: 0.123 },
    learningRate: 1,
    milliseconds: 1000,
  });
  expect(line).toBe("step  40/100  loss 2.500  accuracy 12.3 %  64 tokens/s  1:00 left");
});
