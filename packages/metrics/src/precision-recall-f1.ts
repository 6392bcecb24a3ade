import { checkOptions, checkValue, oneOf, wholeNumber, type Rules } from "@bertkit/checks";
import { checkBinary, checkClassCount, checkPaired, rowCount } from "./checks.ts";
import { classCounts, type Counts } from "./class-counts.ts";

export interface PrecisionRecallF1 {
  /** Fraction of predicted positives that are correct; 0 if there are none. */
  readonly precision: number;
  /** Fraction of true positives that were predicted; 0 if there are none. */
  readonly recall: number;
  /** Harmonic mean of precision and recall; 0 if both are 0. */
  readonly f1: number;
}

export interface PrecisionRecallF1Options {
  /**
   * "binary": of the class `positive`. "micro": from counts summed over classes, which equals accuracy. "macro": the
   * unweighted mean over the classes in predictions or labels. "weighted": the mean weighted by each class's frequency
   * in the labels.
   */
  readonly average?: "binary" | "micro" | "macro" | "weighted";
  /** The class for "binary". */
  readonly positive?: number;
  /**
   * If given, "macro" is the mean over all classes from 0 to classCount − 1; a class that does not occur counts as 0.
   */
  readonly classCount?: number;
}

export const precisionRecallF1Rules: Rules<PrecisionRecallF1Options> = {
  average: oneOf(["binary", "micro", "macro", "weighted"]),
  positive: wholeNumber(),
  classCount: wholeNumber(1, 2 ** 20),
};

/**
 * Precision, recall and F1 of one class number per example, as in scikit-learn with `zero_division=0`: 0/0 is 0.
 * `classCount` corresponds to `labels=range(classCount)`, and "binary" to `labels=[positive]`, with any number of
 * classes.
 *
 * @throws MetricError for an invalid class number
 * @throws RangeError for an unknown average
 */
export function precisionRecallF1(
  predictions: ArrayLike<number>,
  labels: ArrayLike<number>,
  options: PrecisionRecallF1Options = {},
): PrecisionRecallF1 {
  const where = "precisionRecallF1";
  checkOptions(where, options, precisionRecallF1Rules);
  return averageOf(where, classCounts(where, predictions, labels, options.classCount), options);
}

/** From the counts of each class, by class number. */
export function averageOf(
  where: string,
  counts: ReadonlyMap<number, Counts>,
  options: PrecisionRecallF1Options,
): PrecisionRecallF1 {
  checkOptions(where, options, precisionRecallF1Rules);
  const { average = "binary", positive = 1 } = options;
  if (average !== "binary") return averaged([...counts.values()], average);
  return fromCounts(counts.get(positive) ?? { right: 0, predicted: 0, actual: 0 });
}

/**
 * Precision, recall and F1 per class, from class 0 to the largest that occurs, or to classCount − 1. They are 0 for a
 * class that does not occur.
 */
export function precisionRecallF1ByClass(
  predictions: ArrayLike<number>,
  labels: ArrayLike<number>,
  classCount?: number,
): PrecisionRecallF1[] {
  const counts = classCounts("precisionRecallF1ByClass", predictions, labels, classCount);
  const size = classCount ?? [...counts.keys()].at(-1)! + 1;
  checkClassCount("precisionRecallF1ByClass", size);
  return Array.from({ length: size }, (_, label) =>
    fromCounts(counts.get(label) ?? { right: 0, predicted: 0, actual: 0 }),
  );
}

/**
 * Precision, recall and F1 of multi-label examples; 0/0 is 0, as in scikit-learn. `predictions` and `labels` are 0 or
 * 1, row-major [examples, labelCount]. "macro" is the mean over all labels, 0 for labels that never occur; "weighted"
 * is weighted by how often a label occurs; "samples" is the mean over examples.
 *
 * @throws MetricError for values other than 0 and 1
 * @throws RangeError for an unknown average
 */
export function multiLabelPrecisionRecallF1(
  predictions: ArrayLike<number>,
  labels: ArrayLike<number>,
  labelCount: number,
  average: "micro" | "macro" | "weighted" | "samples" = "macro",
): PrecisionRecallF1 {
  const where = "multiLabelPrecisionRecallF1";
  checkValue(where, "average", average, oneOf(["micro", "macro", "weighted", "samples"]), "Leave it out for macro.");
  checkPaired(where, predictions, labels, ["predictions", "labels"]);
  const rows = rowCount(where, labels, labelCount);
  checkBinary(where, predictions, "predictions");
  checkBinary(where, labels, "labels");
  const bySample = average === "samples";
  const length = bySample ? rows : labelCount;
  const counts = Array.from({ length }, (): Counts => ({ right: 0, predicted: 0, actual: 0 }));
  for (let i = 0; i < labels.length; i++) {
    const of = counts[bySample ? Math.floor(i / labelCount) : i % labelCount]!;
    of.predicted += predictions[i]!;
    of.actual += labels[i]!;
    of.right += predictions[i]! * labels[i]!;
  }
  return averaged(counts, bySample ? "macro" : average);
}

/** From the numbers of predicted, actual and correctly predicted positives. */
export function fromCounts({ right, predicted, actual }: Counts): PrecisionRecallF1 {
  return {
    precision: predicted === 0 ? 0 : right / predicted,
    recall: actual === 0 ? 0 : right / actual,
    f1: predicted + actual === 0 ? 0 : (2 * right) / (predicted + actual),
  };
}

function averaged(counts: readonly Counts[], average: "micro" | "macro" | "weighted"): PrecisionRecallF1 {
  const total = (key: keyof Counts): number => counts.reduce((sum, of) => sum + of[key], 0);
  const actual = total("actual");
  if (average === "micro") return fromCounts({ right: total("right"), predicted: total("predicted"), actual });
  const weighted = average === "weighted" && actual > 0;
  const mean = (key: keyof PrecisionRecallF1): number =>
    counts.reduce((sum, of) => sum + fromCounts(of)[key] * (weighted ? of.actual : 1), 0) /
    (weighted ? actual : counts.length);
  return { precision: mean("precision"), recall: mean("recall"), f1: mean("f1") };
}
