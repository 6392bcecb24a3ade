import { describe, expect, it } from "vitest";
import { ratio } from "./ratio.ts";

describe("ratio", () => {
  it("is a mean and its standard error when every cluster has one member", () => {
    // 1, 0, 1, 1: mean 3/4, sample variance 1/4, standard error sqrt(1/4 / 4)
    expect(ratio([1, 0, 1, 1], [1, 1, 1, 1])).toEqual({ value: 0.75, standardError: 0.25 });
  });

  it("treats members of a cluster that always agree as one draw", () => {
    const single = ratio([1, 0, 1, 1], [1, 1, 1, 1]);
    const tenfold = ratio([10, 0, 10, 10], [10, 10, 10, 10]);
    expect(tenfold).toEqual(single);
    expect(ratio([1], [2])).toEqual({ value: 0.5, standardError: NaN });
  });

  it("is NaN without members, and rejects sums without counts", () => {
    expect(ratio([], [])).toEqual({ value: NaN, standardError: NaN });
    expect(() => ratio([1, 2], [1])).toThrow("ratio: sums and counts must be equally long, got 2 and 1.");
  });
});
