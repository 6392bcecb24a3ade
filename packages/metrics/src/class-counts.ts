import { checkClasses, checkPaired } from "./checks.ts";

/** The counts from which precision and recall of a class are computed. */
export interface Counts {
  /** Correctly predicted examples of the class. */
  right: number;
  predicted: number;
  actual: number;
}

/**
 * Counts per class, by class number in ascending order: of the classes in predictions or labels, or with `classCount`
 * of all classes below it.
 */
export function classCounts(
  where: string,
  predictions: ArrayLike<number>,
  labels: ArrayLike<number>,
  classCount?: number,
): Map<number, Counts> {
  checkPaired(where, predictions, labels, ["predictions", "labels"]);
  checkClasses(where, predictions, "predictions", classCount);
  checkClasses(where, labels, "labels", classCount);
  const counts = new Map<number, Counts>();
  const of = (label: number): Counts => {
    if (!counts.has(label)) counts.set(label, { right: 0, predicted: 0, actual: 0 });
    return counts.get(label)!;
  };
  for (let label = 0; label < (classCount ?? 0); label++) of(label);
  for (let i = 0; i < labels.length; i++) {
    of(predictions[i]!).predicted++;
    of(labels[i]!).actual++;
    if (predictions[i] === labels[i]) of(labels[i]!).right++;
  }
  return new Map([...counts].sort(([a], [b]) => a - b));
}
