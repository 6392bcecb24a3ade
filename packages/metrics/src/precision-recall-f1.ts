import { checkBinary, checkPaired, rowCount } from "./checks.ts";
import { confusionMatrix } from "./confusion-matrix.ts";
import { MetricError } from "./metric-error.ts";

export interface PrecisionRecallF1 {
  /** Right positives among the predicted positives; 0 where nothing was predicted positive. */
  precision: number;
  /** Right positives among the true positives; 0 where there are none. */
  recall: number;
  /** Harmonic mean of the two; 0 where both are 0. */
  f1: number;
}

export interface PrecisionRecallF1Options {
  /**
   * "binary": of the class `positive`. "micro": counts summed over classes, equal to accuracy for one class an
   * example. "macro": the mean over classes, each counting the same however rare.
   */
  average?: "binary" | "micro" | "macro";
  /** The class that "binary" speaks of. */
  positive?: number;
  /** How many classes there are; "macro" needs it where a class is absent from both lists. */
  classCount?: number;
}

/** Precision, recall and F1 of class numbers, one an example. 0/0 is 0, as in scikit-learn's default. */
export function precisionRecallF1(
  predictions: ArrayLike<number>,
  labels: ArrayLike<number>,
  { average = "binary", positive = 1, classCount }: PrecisionRecallF1Options = {},
): PrecisionRecallF1 {
  const matrix = confusionMatrix(predictions, labels, classCount);
  if (average === "binary") {
    if (!Number.isInteger(positive) || positive < 0) {
      throw new MetricError(
        `precisionRecallF1: positive must be a class number, got ${positive}. Pass the number of the class to score.`,
      );
    }
    return positive < matrix.length
      ? fromCounts(countsOf(matrix, positive))
      : fromCounts({ right: 0, predicted: 0, actual: 0 });
  }
  return averaged(
    matrix.map((_, label) => countsOf(matrix, label)),
    average,
  );
}

/** Precision, recall and F1 of every class, in the order of the class numbers. */
export function precisionRecallF1ByClass(
  predictions: ArrayLike<number>,
  labels: ArrayLike<number>,
  classCount?: number,
): PrecisionRecallF1[] {
  const matrix = confusionMatrix(predictions, labels, classCount);
  return matrix.map((_, label) => fromCounts(countsOf(matrix, label)));
}

/**
 * Precision, recall and F1 of many yes-or-no labels an example.
 * `predictions` and `labels` hold 0 or 1, row-major [examples, labelCount].
 */
export function multiLabelPrecisionRecallF1(
  predictions: ArrayLike<number>,
  labels: ArrayLike<number>,
  labelCount: number,
  average: "micro" | "macro" = "macro",
): PrecisionRecallF1 {
  const where = "multiLabelPrecisionRecallF1";
  checkPaired(where, predictions, labels, ["predictions", "labels"]);
  rowCount(where, labels, labelCount);
  checkBinary(where, predictions, "predictions");
  checkBinary(where, labels, "labels");
  const counts = Array.from({ length: labelCount }, (): Counts => ({ right: 0, predicted: 0, actual: 0 }));
  for (let i = 0; i < labels.length; i++) {
    const of = counts[i % labelCount]!;
    of.predicted += predictions[i]!;
    of.actual += labels[i]!;
    of.right += predictions[i]! * labels[i]!;
  }
  return averaged(counts, average);
}

export interface Counts {
  right: number;
  predicted: number;
  actual: number;
}

/** Precision, recall and F1 from how many were predicted, how many there are, and how many of the former are right. */
export function fromCounts({ right, predicted, actual }: Counts): PrecisionRecallF1 {
  return {
    precision: predicted === 0 ? 0 : right / predicted,
    recall: actual === 0 ? 0 : right / actual,
    f1: predicted + actual === 0 ? 0 : (2 * right) / (predicted + actual),
  };
}

function countsOf(matrix: readonly (readonly number[])[], label: number): Counts {
  return {
    right: matrix[label]![label]!,
    predicted: matrix.reduce((sum, row) => sum + row[label]!, 0),
    actual: matrix[label]!.reduce((sum, count) => sum + count, 0),
  };
}

function averaged(counts: readonly Counts[], average: "micro" | "macro"): PrecisionRecallF1 {
  if (average === "micro") {
    const sum = (key: keyof Counts): number => counts.reduce((total, of) => total + of[key], 0);
    return fromCounts({ right: sum("right"), predicted: sum("predicted"), actual: sum("actual") });
  }
  const each = counts.map(fromCounts);
  const mean = (key: keyof PrecisionRecallF1): number => each.reduce((total, of) => total + of[key], 0) / each.length;
  return { precision: mean("precision"), recall: mean("recall"), f1: mean("f1") };
}
