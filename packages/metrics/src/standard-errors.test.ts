import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rocAuc } from "./roc-auc.ts";
import { standardErrorOfMean, standardErrorOfProportion, standardErrorOfRocAuc } from "./standard-errors.ts";

describe("standardErrorOfMean", () => {
  it("is s / √n", () => {
    expect(standardErrorOfMean([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(Math.sqrt(32 / 7 / 8), 12);
    expect(standardErrorOfMean([3, 3])).toBe(0);
    expect(() => standardErrorOfMean([1])).toThrow("standardErrorOfMean: needs at least two values, got 1.");
    expect(() => standardErrorOfMean([1, Infinity])).toThrow("must be finite numbers, got Infinity at 1");
  });

  it("does not lose digits if the mean is far from 0", () => {
    expect(standardErrorOfMean([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16])).toBeCloseTo(Math.sqrt(30 / 4), 9); // the textbook example of Welford's method
  });
});

describe("standardErrorOfProportion", () => {
  it("is that of a mean of zeros and ones, with n instead of n − 1", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1), { minLength: 2 }), (values) => {
        const n = values.length;
        const share = values.reduce((sum, value) => sum + value, 0) / n;
        expect(standardErrorOfProportion(share, n)).toBeCloseTo(
          standardErrorOfMean(values) * Math.sqrt((n - 1) / n),
          12,
        );
      }),
    );
    expect(() => standardErrorOfProportion(93, 100)).toThrow(
      "proportion must be a number from 0 to 1, got 93. Divide a percentage by 100.",
    );
    expect(() => standardErrorOfProportion(0.5, 0)).toThrow("count must be a whole number of at least 1, got 0.");
  });
});

describe("standardErrorOfRocAuc", () => {
  it("is the exact one of Mann and Whitney, √((m + n + 1) / 12 m n), for uninformative scores", () => {
    for (const [m, n] of [
      [1, 1],
      [10, 20],
      [51, 58],
    ] as const) {
      expect(standardErrorOfRocAuc(0.5, m, n)).toBeCloseTo(Math.sqrt((m + n + 1) / (12 * m * n)), 12);
    }
  });

  it("agrees with the spread over repeated draws of exponential scores, which it assumes", () => {
    let state = 1;
    const exponential = (mean: number): number =>
      -mean * Math.log(((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) + 0.5) / 2 ** 32);
    const areas = Array.from({ length: 2000 }, () => {
      const labels = [...new Array<number>(20).fill(1), ...new Array<number>(30).fill(0)];
      return rocAuc(
        labels.map((label) => exponential(label === 1 ? 4 : 1)),
        labels,
      ); // an area of 4 / 5
    });
    const scatter = standardErrorOfMean(areas) * Math.sqrt(areas.length);
    expect(Math.abs(scatter / standardErrorOfRocAuc(0.8, 20, 30) - 1)).toBeLessThan(0.08); // 5 standard errors of a scatter of 2,000
  });

  it("is 0 for a perfect area, decreases with more examples, and is symmetric", () => {
    expect(standardErrorOfRocAuc(1, 5, 9)).toBe(0);
    expect(standardErrorOfRocAuc(0.8, 100, 100)).toBeLessThan(standardErrorOfRocAuc(0.8, 50, 50));
    expect(standardErrorOfRocAuc(0.5, 10, 20)).toBeCloseTo(standardErrorOfRocAuc(0.5, 20, 10), 12);
    expect(() => standardErrorOfRocAuc(0.5, 0, 3)).toThrow("positives must be a whole number of at least 1, got 0.");
  });
});
