import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accuracy } from "./accuracy.ts";
import { confusionMatrix } from "./confusion-matrix.ts";
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

  it("is that of the positive class, and 0 for 0/0", () => {
    expect(precisionRecallF1([1, 1, 0, 0], [1, 0, 1, 0])).toEqual({ precision: 0.5, recall: 0.5, f1: 0.5 });
    expect(precisionRecallF1([1, 1, 1, 0], [1, 0, 0, 0], { positive: 0 })).toEqual({
      precision: 1,
      recall: 1 / 3,
      f1: 0.5,
    });
    expect(precisionRecallF1([0, 0], [0, 0])).toEqual({ precision: 0, recall: 0, f1: 0 });
    expect(() => precisionRecallF1([0], [0], { positive: -1 })).toThrow(
      "positive must be a whole number of at least 0, got -1.",
    );
  });

  // scikit-learn 1.9: precision_recall_fscore_support(labels, predictions, average=…, zero_division=0)
  it("averages over the classes in predictions or labels, as scikit-learn does", () => {
    const macro = (predictions: number[], labels: number[], classCount?: number) => {
      const { precision, recall, f1 } = precisionRecallF1(predictions, labels, {
        average: "macro",
        ...(classCount !== undefined && { classCount }),
      });
      return [precision, recall, f1];
    };
    expect(macro([0, 2], [0, 2])).toEqual([1, 1, 1]);
    expect(macro([7, 7, 3], [7, 7, 3])).toEqual([1, 1, 1]);
    expect(macro([0, 2], [0, 0])).toEqual([0.5, 0.25, 1 / 3]); // predicted alone counts too
    expect(macro([0, 0], [0, 2])).toEqual([0.25, 0.5, 1 / 3]);
    expect(macro([0, 2], [0, 2], 3)).toBeAllClose([2 / 3, 2 / 3, 2 / 3], { absolute: 1e-15 }); // labels=range(3)
    expect(macro([1_000_000_000], [1_000_000_000])).toEqual([1, 1, 1]);
    expect(precisionRecallF1ByClass([0, 2], [0, 2])[1]).toEqual({ precision: 0, recall: 0, f1: 0 });
  });

  it("weights classes by their frequency in the labels", () => {
    const labels = [0, 1, 2, 0, 1, 2];
    const predictions = [0, 2, 1, 0, 0, 1];
    const { precision, recall, f1 } = precisionRecallF1(predictions, labels, { average: "weighted" });
    expect([precision, recall, f1]).toBeAllClose([2 / 9, 1 / 3, 4 / 15], { absolute: 1e-12 }); // scikit-learn's example
    expect(precisionRecallF1([0, 0, 0, 2], [0, 0, 2, 2], { average: "weighted" }).f1).toBeCloseTo(
      (2 * 0.8 + 2 * (2 / 3)) / 4,
      12,
    );
  });

  it("rejects an unknown average", () => {
    expect(() => precisionRecallF1([0], [0], { average: "samples" as "macro" })).toThrow(
      'precisionRecallF1: average must be one of binary, micro, macro, weighted, got "samples".',
    );
    expect(() => precisionRecallF1([0], [0], { average: null as unknown as "macro" })).toThrow("got null");
    expect(() => multiLabelPrecisionRecallF1([0], [0], 1, "binary" as "macro")).toThrow(
      'average must be one of micro, macro, weighted, samples, got "binary"',
    );
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

  it("weights labels, and averages examples", () => {
    const labels = [0, 0, 0, 1, 1, 1, 0, 1, 1];
    const predictions = [0, 0, 0, 1, 1, 1, 1, 1, 0];
    expect(multiLabelPrecisionRecallF1(predictions, labels, 3, "weighted")).toEqual({
      precision: expect.closeTo(0.9, 12),
      recall: expect.closeTo(0.8, 12),
      f1: expect.closeTo((2 / 3 + 2 + 2 * (2 / 3)) / 5, 12),
    });
    expect(multiLabelPrecisionRecallF1(predictions, labels, 3, "samples")).toEqual({
      precision: expect.closeTo(0.5, 12),
      recall: expect.closeTo(0.5, 12),
      f1: expect.closeTo(0.5, 12),
    });
    expect(multiLabelPrecisionRecallF1([1, 0], [0, 0], 2, "weighted")).toEqual({ precision: 0, recall: 0, f1: 0 });
  });

  it("rejects scores, and incomplete rows", () => {
    expect(() => multiLabelPrecisionRecallF1([0.7, 0], [1, 0], 2)).toThrow(
      "multiLabelPrecisionRecallF1: predictions must be 0 or 1, got 0.7 at 0. Compare with a threshold",
    );
    expect(() => multiLabelPrecisionRecallF1([1, 0, 1], [1, 0, 1], 2)).toThrow(
      "the number of values must be a multiple of labelCount 2, got 3.",
    );
  });
});

it.each([0, 2.5, NaN, -1, 2 ** 21])("rejects a classCount of %s", (classCount) => {
  expect(() => precisionRecallF1([0, 1], [0, 1], { average: "macro", classCount })).toThrow(
    /classCount must be a whole number/,
  );
});

it("rejects a class number of a thousand million, which would need a list of that length", () => {
  expect(() => precisionRecallF1ByClass([1e9], [1e9])).toThrow(/number of classes/);
  expect(() => confusionMatrix([40_000], [40_000])).toThrow(/number of classes/);
});
