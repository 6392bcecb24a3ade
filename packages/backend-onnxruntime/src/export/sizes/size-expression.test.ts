import { describe, expect, test } from "vitest";
import { sampleSizes } from "../trace/sample-sizes.ts";
import { describeSize, SizeFitter } from "./size-expression.ts";

const names = ["b", "n"];

describe("SizeFitter", () => {
  const samples = sampleSizes([2, 128]);
  const fitted = (of: (b: number, n: number) => number): string | undefined => {
    const size = new SizeFitter(samples).fit(samples.map(([b, n]) => of(b!, n!)));
    return size && describeSize(size, names);
  };

  test("finds constants, sizes, products and sums, and nothing else", () => {
    expect(fitted(() => 7)).toBe("7");
    expect(fitted(() => 0)).toBe("0");
    expect(fitted((b) => b)).toBe("b");
    expect(fitted((b, n) => b * n)).toBe("b*n");
    expect(fitted((b, n) => 12 * b * n * n)).toBe("12*b*n*n");
    expect(fitted((b, n) => b * (n + 1))).toBe("b*n + b");
    expect(fitted((_, n) => 2 * n - 3)).toBe("2*n - 3");
    expect(fitted((b, n) => b + n + 1)).toBe("b + n + 1");
    expect(fitted((_, n) => Math.ceil(n / 2))).toBeUndefined();
    expect(fitted((b, n) => Math.max(b, n % 7))).toBeUndefined();
  });
});

describe("sampleSizes", () => {
  test("stays below a long example, never repeats, and never has size 1 or two equal sizes", () => {
    for (const example of [[1], [2, 128], [1, 1], [8, 8, 8], [512, 512]]) {
      const samples = sampleSizes(example);
      expect(samples.length).toBeGreaterThanOrEqual(6);
      expect(new Set(samples.map(String)).size).toBe(samples.length);
      for (const sizes of samples) {
        expect(new Set(sizes).size).toBe(sizes.length);
        sizes.forEach((size, axis) => {
          expect(size).toBeGreaterThan(1);
          if (example[axis]! > 9) expect(size).toBeLessThan(example[axis]!);
        });
      }
    }
    expect(sampleSizes([])).toEqual([[]]);
  });
});
