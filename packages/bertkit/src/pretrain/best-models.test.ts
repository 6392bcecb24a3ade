import { expect, test } from "vitest";
import { bestOf } from "./best-models.ts";

test("the best evaluations have the lowest losses; one that is not finite is last, as it is when read from JSON", () => {
  const scored = [NaN, 3, Infinity, 2, 3].map((loss, i) => ({ step: i + 1, loss }));
  const steps = (values: typeof scored): number[] => bestOf(values, 5).map(({ step }) => step);
  expect(steps(scored)).toEqual([4, 2, 5, 1, 3]);
  expect(steps(JSON.parse(JSON.stringify(scored)) as typeof scored)).toEqual([4, 2, 5, 1, 3]);
});
