import { expect, it } from "vitest";
import { perplexity } from "./perplexity.ts";

it("is n for n equally likely tokens", () => {
  expect(perplexity(Math.log(30_522))).toBeCloseTo(30_522, 6);
  expect(perplexity(0)).toBe(1);
  expect(() => perplexity(NaN)).toThrow("perplexity: meanLoss must be 0 or more, got NaN.");
});
