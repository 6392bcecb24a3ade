import { expect, it } from "vitest";

import { rateAt, toSchedule } from "./optimizer.ts";

it("turns a number into a constant schedule, and keeps a schedule", () => {
  expect([1, 100].map(toSchedule(0.5))).toEqual([0.5, 0.5]);
  const schedule = (step: number): number => 1 / step;
  expect(toSchedule(schedule)).toBe(schedule);
});

it("rejects a rate that is not a number", () => {
  expect(rateAt((step) => step / 2, 3)).toBe(1.5);
  expect(() => rateAt(() => NaN, 2)).toThrow("the rate of step 2 must be a number from 0, got NaN");
  expect(() => rateAt(() => -1, 2)).toThrow(RangeError);
});
