import { expect, it } from "vitest";
import { confusionMatrix } from "./confusion-matrix.ts";

it("has labels as rows and predictions as columns (scikit-learn's example)", () => {
  expect(confusionMatrix([0, 0, 2, 2, 0, 2], [2, 0, 2, 2, 0, 1])).toEqual([
    [2, 0, 0],
    [0, 0, 1],
    [1, 0, 2],
  ]);
  expect(confusionMatrix([0], [0], 2)).toEqual([
    [1, 0],
    [0, 0],
  ]);
});

it("rejects invalid class numbers", () => {
  expect(() => confusionMatrix([0.5], [1])).toThrow(
    "confusionMatrix: predictions must be integers of 0 or more, got 0.5 at 0.",
  );
  expect(() => confusionMatrix([1], [-1])).toThrow("labels must be integers of 0 or more, got -1 at 0.");
  expect(() => confusionMatrix([2], [1], 2)).toThrow("predictions must be integers from 0 to 1, got 2 at 0.");
});
