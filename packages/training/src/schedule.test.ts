import { describe, expect, it } from "vitest";

import { googleWarmupDecay, warmupLinearDecay } from "./schedule.ts";

/** [warmupSteps, totalSteps]. */
const plans: [number, number][] = [
  [0, 1],
  [0, 7],
  [1, 1],
  [1, 2],
  [3, 10],
  [4, 10],
  [9, 10],
  [10, 10],
  [100, 1000],
  [1000, 1000],
];

/** The rates of update 1 until a few after the last. */
const updates = (total: number) => Array.from({ length: total + 3 }, (_, index) => index + 1);

describe("warmupLinearDecay", () => {
  // transformers' _get_linear_schedule_with_warmup_lr_lambda, unchanged. LambdaLR calls it with 0 before the first
  // update and counts up after each, so update k has lambda(k - 1).
  function lambda(currentStep: number, warmup: number, training: number): number {
    if (currentStep < warmup) return currentStep / Math.max(1, warmup);
    return Math.max(0, (training - currentStep) / Math.max(1, training - warmup));
  }

  it.each(plans)("has Hugging Face's rate at every update, warm-up %i of %i", (warmupSteps, totalSteps) => {
    const schedule = warmupLinearDecay({ peak: 3e-5, warmupSteps, totalSteps });
    expect(updates(totalSteps).map(schedule)).toEqual(
      updates(totalSteps).map((k) => 3e-5 * lambda(k - 1, warmupSteps, totalSteps)),
    );
  });

  it("has a rate above 0 at the last update", () => {
    const schedule = warmupLinearDecay({ peak: 6, warmupSteps: 4, totalSteps: 10 });
    expect([1, 2, 4, 5, 10, 11].map(schedule)).toEqual([0, 1.5, 4.5, 6, 1, 0]);
  });
});

describe("googleWarmupDecay", () => {
  // google-research/bert, optimization.py, create_optimizer: tf.train.polynomial_decay to 0 with power 1, and the
  // warm-up where there is one; global_step is 0 at the first update.
  function rate(globalStep: number, warmup: number, training: number): number {
    const decayed = 1 - Math.min(globalStep, training) / training;
    if (warmup === 0) return decayed;
    const isWarmup = globalStep < warmup ? 1 : 0;
    return (1 - isWarmup) * decayed + isWarmup * (globalStep / warmup);
  }

  it.each(plans)("has Google's rate at every update, warm-up %i of %i", (warmupSteps, totalSteps) => {
    const schedule = googleWarmupDecay({ peak: 3e-5, warmupSteps, totalSteps });
    expect(updates(totalSteps).map(schedule)).toEqual(
      updates(totalSteps).map((k) => 3e-5 * rate(k - 1, warmupSteps, totalSteps)),
    );
  });
});

describe.each([warmupLinearDecay, googleWarmupDecay])("%o", (schedule) => {
  it.each([
    { peak: 1, warmupSteps: 20, totalSteps: 10 },
    { peak: 0, warmupSteps: 1, totalSteps: 10 },
    { peak: 1, warmupSteps: -1, totalSteps: 10 },
    { peak: 1, warmupSteps: 0, totalSteps: 0 },
    { peak: NaN, warmupSteps: 0, totalSteps: 1 },
    { peak: Infinity, warmupSteps: 0, totalSteps: 1 },
    { peak: 1, warmupSteps: 0, totalSteps: Infinity },
    { peak: 1, warmupSteps: 0.5, totalSteps: 10 },
    { peak: 1, warmupSteps: NaN, totalSteps: 10 },
  ])("rejects %o", (options) => {
    expect(() => schedule(options)).toThrow(RangeError);
  });
});
