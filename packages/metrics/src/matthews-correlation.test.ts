import * as fc from "fast-check";
import { expect, it } from "vitest";
import { matthewsCorrelation } from "./matthews-correlation.ts";

it("agrees with published examples", () => {
  expect(matthewsCorrelation([1, 0, 1, 1], [1, 1, 1, 0])).toBeCloseTo(-1 / 3, 12); // scikit-learn's example
  // Wikipedia, "Phi coefficient": 8 cats and 4 dogs, 6 and 3 of them recognized
  expect(matthewsCorrelation([0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0, 1], [1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0])).toBeCloseTo(
    0.478,
    3,
  );
});

it("is Pearson's correlation of two classes, symmetric, 1 for a perfect guess and 0 for a constant one", () => {
  const classes = fc.array(fc.tuple(fc.nat(2), fc.nat(2)), { minLength: 1 });
  fc.assert(
    fc.property(classes, (drawn) => {
      const predictions = drawn.map(([a]) => a);
      const labels = drawn.map(([, b]) => b);
      const value = matthewsCorrelation(predictions, labels);
      expect(Math.abs(value)).toBeLessThanOrEqual(1 + 1e-12);
      expect(matthewsCorrelation(labels, predictions)).toBeCloseTo(value, 12);
      if (new Set(labels).size > 1) expect(matthewsCorrelation(labels, labels)).toBeCloseTo(1, 12);
      expect(
        matthewsCorrelation(
          labels.map(() => 1),
          labels,
        ),
      ).toBe(0);
    }),
  );
});
