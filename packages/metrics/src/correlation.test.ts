import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pearson, spearman } from "./correlation.ts";
import { ranks } from "./ranks.ts";

describe("pearson", () => {
  it("agrees with SciPy's example", () => {
    expect(pearson([1, 2, 3, 4, 5, 6, 7], [10, 9, 2.5, 6, 4, 3, 2])).toBeCloseTo(-0.828503883588428, 14);
  });

  it("does not change with scale or shift, for tiny and huge numbers", () => {
    const numbers = fc.array(fc.tuple(fc.integer({ min: -100, max: 100 }), fc.integer({ min: -100, max: 100 })), {
      minLength: 3,
    });
    fc.assert(
      fc.property(numbers, (drawn) => {
        const x = drawn.map(([a]) => a);
        const y = drawn.map(([, b]) => b);
        fc.pre(new Set(x).size > 1 && new Set(y).size > 1);
        const value = pearson(x, y);
        expect(Math.abs(value)).toBeLessThanOrEqual(1);
        expect(pearson(y, x)).toBeCloseTo(value, 10);
        expect(
          pearson(
            x.map((n) => -3 * n + 7),
            y,
          ),
        ).toBeCloseTo(-value, 10);
        expect(
          pearson(
            x.map((n) => n * 1e-200),
            y.map((n) => n * 1e200),
          ),
        ).toBeCloseTo(value, 10);
      }),
    );
  });

  it("rejects a constant, a NaN and lists of different lengths", () => {
    expect(() => pearson([0.1, 0.1, 0.1], [1, 2, 3])).toThrow("pearson: predictions must vary, got 0.1 3 times.");
    expect(() => spearman([1, 2], [4, 4])).toThrow("spearman: labels must vary");
    expect(() => pearson([1, NaN], [1, 2])).toThrow("pearson: predictions must be finite numbers, got NaN at 1.");
    expect(() => pearson([1], [1, 2])).toThrow("equally long, got 1 and 2");
  });
});

describe.each([pearson, spearman])("%o of equal or nearly equal numbers", (correlation) => {
  const varied = (count: number) => Array.from({ length: count }, (_, i) => Math.sin(i));

  it.each([1, 2, 3, 10, 799, 800, 801, 1000, 4097, 100_003])("rejects a constant, %i times", (count) => {
    for (const value of [0, -0, 0.1, 1 / 3, -7.3, 1e-320, 1e308, -Number.MAX_VALUE, 123_456.789]) {
      const constant = new Array<number>(count).fill(value);
      expect(() => correlation(constant, varied(count))).toThrow(`predictions must vary, got ${value} ${count} times`);
      if (count > 1) expect(() => correlation(varied(count), constant)).toThrow("labels must vary");
      expect(() => correlation(constant, constant)).toThrow("must vary");
    }
  });

  it("is correct for values that differ only in the last digit", () => {
    const x = Array.from({ length: 1000 }, (_, i) => (i * 7919) % 5);
    const y = Array.from({ length: 1000 }, (_, i) => (i * 104_729) % 7);
    const expected = correlation(x, y);
    for (const [base, step] of [
      [1, Number.EPSILON],
      [-1, Number.EPSILON],
      [2 ** 52, 1],
      [0, 5e-324],
      [1e-308, 5e-324],
      [0, 2.5e307],
      [-Number.MAX_VALUE, 2 ** 971],
    ] as const) {
      expect(
        correlation(
          x.map((n) => base + n * step),
          y,
        ),
      ).toBeCloseTo(expected, 12);
    }
  });

  it("is 1 or -1 for two pairs, and finite for the largest numbers", () => {
    expect(correlation([0.1, 0.3], [7, 7.7])).toBe(1);
    expect(correlation([0.1, 0.3], [7, 6.9])).toBe(-1);
    expect(correlation([-Number.MAX_VALUE, Number.MAX_VALUE, 0], [-2, 2, 0])).toBeCloseTo(1, 15);
  });

  it.each([NaN, Infinity, -Infinity])("rejects %d", (value) => {
    expect(() => correlation([1, value, 2], [1, 2, 3])).toThrow(`finite numbers, got ${value} at 1`);
    expect(() => correlation([1, 2, 3], [value, value, value])).toThrow(`finite numbers, got ${value} at 0`);
  });
});

describe("spearman", () => {
  it("agrees with published examples, with ties and without", () => {
    const intelligence = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110];
    const television = [7, 27, 2, 50, 28, 29, 20, 12, 6, 17];
    expect(spearman(intelligence, television)).toBeCloseTo(-29 / 165, 12); // Wikipedia, "Spearman's rank correlation coefficient"
    expect(spearman([1, 2, 3, 4, 5], [5, 6, 7, 8, 7])).toBeCloseTo(0.8207826816681233, 14); // SciPy's example
  });

  it("depends only on the order", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer(), fc.nat(9)), { minLength: 2 }), (drawn) => {
        const x = drawn.map(([a]) => a);
        const y = drawn.map(([, b]) => b);
        fc.pre(new Set(x).size > 1 && new Set(y).size > 1);
        expect(
          spearman(
            x,
            y.map((n) => Math.exp(n)),
          ),
        ).toBeCloseTo(spearman(x, y), 12);
      }),
    );
  });

  it("gives ties their mean rank", () => {
    expect([...ranks([30, 10, 20, 20, 10, 10])]).toEqual([6, 2, 4.5, 4.5, 2, 2]);
  });
});
