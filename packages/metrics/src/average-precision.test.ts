import * as fc from "fast-check";
import { expect, it } from "vitest";
import { averagePrecision } from "./average-precision.ts";

it("agrees with scikit-learn's example", () => {
  expect(averagePrecision([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])).toBeCloseTo(0.5 * 1 + 0.5 * (2 / 3), 12);
});

it("treats equal scores as one threshold, whatever their order", () => {
  expect(averagePrecision([1, 1, 1, 1], [0, 1, 0, 0])).toBe(0.25);
  const scored = fc
    .array(fc.tuple(fc.nat(3), fc.nat(1)), { minLength: 1 })
    .filter((drawn) => drawn.some(([, label]) => label === 1));
  fc.assert(
    fc.property(scored, (drawn) => {
      const value = (pairs: [number, number][]): number =>
        averagePrecision(
          pairs.map(([score]) => score),
          pairs.map(([, label]) => label),
        );
      expect(value(drawn.toReversed())).toBeCloseTo(value(drawn), 12);
      expect(value(drawn.map(([, label]) => [label, label]))).toBe(1);
    }),
  );
});

it("rejects labels without a positive", () => {
  expect(() => averagePrecision([1, 2], [0, 0])).toThrow("averagePrecision: labels must contain a 1, got 2 zeros.");
});
