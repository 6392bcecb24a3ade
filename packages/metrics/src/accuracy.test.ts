import { expect, it } from "vitest";
import { accuracy } from "./accuracy.ts";
import { MetricError } from "./metric-error.ts";

it("is the fraction of equal pairs, for numbers and names", () => {
  expect(accuracy([0, 2, 1, 3], [0, 1, 2, 3])).toBe(0.5); // scikit-learn's example
  expect(accuracy(Int32Array.of(1, 1), [1, 1])).toBe(1);
  expect(accuracy(["ham", "spam"], ["spam", "spam"])).toBe(0.5);
});

it("rejects names with numbers, which are never equal", () => {
  const message = "predictions and labels must be both class numbers or both label names";
  expect(() => accuracy<string | number>(["1", "0"], [1, 0])).toThrow(
    `accuracy: ${message}, got 1 in labels at 0, and a string as predictions[0].`,
  );
  expect(() => accuracy<string | number>([1, 0], ["1", "0"])).toThrow(MetricError);
  expect(() => accuracy<string | number>([1, "0"], [1, "0"])).toThrow(`${message}, got "0" in predictions at 1`);
});

it("rejects lists that differ in length or are empty", () => {
  expect(() => accuracy([1], [1, 0])).toThrow(
    "accuracy: predictions and labels must be equally long, got 1 and 2. Pass one of each per example.",
  );
  expect(() => accuracy([], [])).toThrow("accuracy: no predictions, got an empty list.");
  try {
    accuracy([], []);
  } catch (error) {
    expect(MetricError.isInstance(error)).toBe(true);
  }
  expect(MetricError.isInstance(new Error("x"))).toBe(false);
});
