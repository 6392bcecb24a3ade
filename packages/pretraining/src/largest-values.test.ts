import { expect, it } from "vitest";
import { largestValues } from "./largest-values.ts";

it("returns the largest values in descending order, ties by index", () => {
  expect(largestValues([0.1, 0.4, 0.4, 0.05, 0.2], 3)).toEqual([
    { id: 1, score: 0.4 },
    { id: 2, score: 0.4 },
    { id: 4, score: 0.2 },
  ]);
});

it("returns all of them if there are fewer", () => {
  expect(largestValues([1, 2], 5).map(({ id }) => id)).toEqual([1, 0]);
});
