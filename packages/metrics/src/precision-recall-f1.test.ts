import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accuracy } from "./accuracy.ts";
import { multiLabelPrecisionRecallF1, precisionRecallF1, precisionRecallF1ByClass } from "./precision-recall-f1.ts";

const pairs = fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { minLength: 1 });

describe("precisionRecallF1", () => {
  it("agrees with scikit-learn's examples", () => {
    const labels = [0, 1, 2, 0, 1, 2];
    const predictions = [0, 2, 1, 0, 0, 1];
    const macro = precisionRecallF1(predictions, labels, { average: "macro" });
    expect([macro.precision, macro.recall, macro.f1]).toBeAllClose([2 / 9, 1 / 3, 4 / 15], { absolute: 1e-12 });
    expect(precisionRecallF1(predictions, labels, { average: "micro" }).f1).toBeCloseTo(1 / 3, 12);
    expect(precisionRecallF1ByClass(predictions, labels).map(({ f1 }) => f1)).toBeAllClose([0.8, 0, 0], {
      absolute: 1e-12,
    });
  });

  it("speaks of the positive class, 0 for 0/0", () => {
    expect(precisionRecallF1([1, 1, 0, 0], [1, 0, 1, 0])).toEqual({ precision: 0.5, recall: 0.5, f1: 0.5 });
    expect(precisionRecallF1([1, 1, 1, 0], [1, 0, 0, 0], { positive: 0 })).toEqual({
      precision: 1,
      recall: 1 / 3,
      f1: 0.5,
    });
    expect(precisionRecallF1([0, 0], [0, 0])).toEqual({ precision: 0, recall: 0, f1: 0 });
    expect(() => precisionRecallF1([0], [0], { positive: -1 })).toThrow("positive must be a class number, got -1.");
  });

  it("micro is accuracy; F1 is the harmonic mean; swapping the lists swaps precision and recall", () => {
    fc.assert(
      fc.property(pairs, (drawn) => {
        const predictions = drawn.map(([a]) => a);
        const labels = drawn.map(([, b]) => b);
        const micro = precisionRecallF1(predictions, labels, { average: "micro" });
        expect([micro.precision, micro.recall, micro.f1]).toBeAllClose(
          new Array(3).fill(accuracy(predictions, labels)),
          { absolute: 1e-12 },
        );
        const one = precisionRecallF1(predictions, labels);
        const other = precisionRecallF1(labels, predictions);
        expect([one.precision, one.recall]).toEqual([other.recall, other.precision]);
        if (one.f1 > 0) expect(one.f1).toBeCloseTo((2 * one.precision * one.recall) / (one.precision + one.recall), 12);
      }),
    );
  });
});

describe("multiLabelPrecisionRecallF1", () => {
  it("agrees with scikit-learn's multilabel example", () => {
    // f1_score's documentation: y_true [[0,0,0],[1,1,1],[0,1,1]], y_pred [[0,0,0],[1,1,1],[1,1,0]] gives 0.667, 1, 0.667
    const labels = [0, 0, 0, 1, 1, 1, 0, 1, 1];
    const predictions = [0, 0, 0, 1, 1, 1, 1, 1, 0];
    expect(multiLabelPrecisionRecallF1(predictions, labels, 3).f1).toBeCloseTo((2 / 3 + 1 + 2 / 3) / 3, 12);
    expect(multiLabelPrecisionRecallF1(predictions, labels, 3, "micro")).toEqual({
      precision: 0.8,
      recall: 0.8,
      f1: 0.8,
    });
  });

  it("refuses scores, and rows that do not fill", () => {
    expect(() => multiLabelPrecisionRecallF1([0.7, 0], [1, 0], 2)).toThrow(
      "multiLabelPrecisionRecallF1: predictions must be 0 or 1, got 0.7 at 0. Compare with a threshold",
    );
    expect(() => multiLabelPrecisionRecallF1([1, 0, 1], [1, 0, 1], 2)).toThrow(
      "3 values do not fill rows of labelCount, got 2.",
    );
  });
});
