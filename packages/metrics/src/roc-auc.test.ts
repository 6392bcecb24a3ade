import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { multiLabelRocAuc, rocAuc } from "./roc-auc.ts";

const scored = fc
  .array(fc.tuple(fc.nat(6), fc.nat(1)), { minLength: 2, maxLength: 40 })
  .filter((drawn) => new Set(drawn.map(([, label]) => label)).size === 2);

describe("rocAuc", () => {
  it("agrees with scikit-learn's example, and is 0.5 for equal scores", () => {
    expect(rocAuc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])).toBe(0.75);
    expect(rocAuc([3, 3, 3], [0, 1, 1])).toBe(0.5);
    expect(rocAuc([1, 2], [0, 1])).toBe(1);
  });

  it("is the fraction of pairs in the right order; ties count one half", () => {
    fc.assert(
      fc.property(scored, (drawn) => {
        const positives = drawn.filter(([, label]) => label === 1);
        const negatives = drawn.filter(([, label]) => label === 0);
        let right = 0;
        for (const [p] of positives) for (const [n] of negatives) right += p > n ? 1 : p === n ? 0.5 : 0;
        const scores = drawn.map(([score]) => score);
        const labels = drawn.map(([, label]) => label);
        expect(rocAuc(scores, labels)).toBeCloseTo(right / (positives.length * negatives.length), 12);
        expect(
          rocAuc(
            scores.map((score) => -score),
            labels,
          ),
        ).toBeCloseTo(1 - rocAuc(scores, labels), 12);
      }),
    );
  });

  it("rejects a single class, a NaN, and labels other than 0 and 1", () => {
    expect(() => rocAuc([0.1, 0.2], [1, 1])).toThrow(
      "rocAuc: labels must contain both classes, got only 1, 2 times. Use more examples, or leave this label out.",
    );
    expect(() => rocAuc([0.1, NaN], [0, 1])).toThrow("rocAuc: scores must be finite numbers, got NaN at 1.");
    expect(() => rocAuc([0.1, 0.2], [-1, 1])).toThrow("rocAuc: labels must be 0 or 1, got -1 at 0.");
  });
});

describe("multiLabelRocAuc", () => {
  it("is the mean over labels with both classes", () => {
    const labels = [0, 1, 0, 0, 1, 0, 1, 0, 0, 1, 1, 0]; // four examples; the third label is never on
    const scores = [0.1, 0.9, 0.5, 0.4, 0.2, 0.5, 0.35, 0.3, 0.5, 0.8, 0.7, 0.5];
    expect(multiLabelRocAuc(scores, labels, 3)).toEqual({
      macro: (3 / 4 + 2 / 3) / 2,
      byLabel: [3 / 4, 2 / 3, undefined],
    });
    expect(() => multiLabelRocAuc([1, 2], [0, 0], 1)).toThrow(
      "multiLabelRocAuc: no label has both classes among 2 examples.",
    );
  });
});
