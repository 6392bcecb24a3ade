import { checkOptions, checkValue, oneOf, wholeNumber, type Rules } from "@bertkit/checks";
import { checkBinary, checkClassCount, checkPaired, rowCount } from "./checks.ts";
import { classCounts, type Counts } from "./class-counts.ts";

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
   * example. "macro": the mean over the classes that occur among predictions or labels, each counting the same however
   * rare. "weighted": the mean over classes, each counting as often as it occurs among the labels.
   */
  average?: "binary" | "micro" | "macro" | "weighted";
  /** The class that "binary" speaks of. */
  positive?: number;
  /** With it "macro" is the mean over all classes from 0 to classCount − 1, those that occur nowhere counting as 0. */
  classCount?: number;
}

const rules: Rules<PrecisionRecallF1Options> = {
  average: oneOf(["binary", "micro", "macro", "weighted"]),
  positive: wholeNumber(),
  classCount: wholeNumber(1, 2 ** 20),
};

/**
 * Precision, recall and F1 of class numbers, one an example, as scikit-learn has them with `zero_division=0`, its
 * default: 0/0 is 0. `classCount` is its `labels=range(classCount)`, and "binary" its `labels=[positive]`, so that
 * there may be more classes than two.
 *
 * @throws MetricError on what is no class number
 * @throws RangeError on an unknown average
 */
export function precisionRecallF1(
  predictions: ArrayLike<number>,
  labels: ArrayLike<number>,
  options: PrecisionRecallF1Options = {},
): PrecisionRecallF1 {
  const where = "precisionRecallF1";
  checkOptions(where, options, rules);
  return averageOf(where, classCounts(where, predictions, labels, options.classCount), options);
}

/** That of the counts of each class, by class number. */
export function averageOf(
  where: string,
  counts: ReadonlyMap<number, Counts>,
  options: PrecisionRecallF1Options,
): PrecisionRecallF1 {
  checkOptions(where, options, rules);
  const { average = "binary", positive = 1 } = options;
  if (average !== "binary") return averaged([...counts.values()], average);
  return fromCounts(counts.get(positive) ?? { right: 0, predicted: 0, actual: 0 });
}

/**
 * Precision, recall and F1 of every class, in the order of the class numbers: from 0 to the largest that occurs, or to
 * classCount − 1. A class that occurs nowhere has 0.
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
 * Precision, recall and F1 of many yes-or-no labels an example, 0/0 being 0 as in scikit-learn.
 * `predictions` and `labels` hold 0 or 1, row-major [examples, labelCount]. "macro" is the mean over all labels,
 * those that are never on counting as 0; "weighted" counts a label as often as it is on; "samples" is the mean over
 * the examples.
 *
 * @throws MetricError on values other than 0 and 1
 * @throws RangeError on an unknown average
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

/** Precision, recall and F1 from how many were predicted, how many there are, and how many of the former are right. */
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
