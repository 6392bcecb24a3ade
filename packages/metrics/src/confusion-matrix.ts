import { checkClassCount, checkClasses, checkPaired } from "./checks.ts";

/**
 * Counts of (label, prediction) pairs: `matrix[label][prediction]`, as in scikit-learn. `classCount` defaults to one
 * more than the largest class number seen.
 */
export function confusionMatrix(
  predictions: ArrayLike<number>,
  labels: ArrayLike<number>,
  classCount?: number,
): number[][] {
  checkPaired("confusionMatrix", predictions, labels, ["predictions", "labels"]);
  checkClasses("confusionMatrix", predictions, "predictions", classCount);
  checkClasses("confusionMatrix", labels, "labels", classCount);
  const size = classCount ?? largest(predictions, labels) + 1;
  checkClassCount("confusionMatrix", size, 8192); // half a gigabyte
  const matrix = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  for (let i = 0; i < labels.length; i++) {
    const row = matrix[labels[i]!]!;
    row[predictions[i]!] = row[predictions[i]!]! + 1;
  }
  return matrix;
}

function largest(...columns: readonly ArrayLike<number>[]): number {
  let max = 0;
  for (const column of columns) for (let i = 0; i < column.length; i++) max = Math.max(max, column[i]!);
  return max;
}
