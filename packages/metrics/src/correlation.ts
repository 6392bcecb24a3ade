import { checkFinite, checkPaired } from "./checks.ts";
import { MetricError } from "./metric-error.ts";
import { ranks } from "./ranks.ts";

/**
 * Pearson's correlation of two lists of numbers, in [−1, 1]; of two pairs −1 or 1, as in SciPy.
 *
 * @throws MetricError where all numbers of a list are the same, or one is not finite
 */
export function pearson(predictions: ArrayLike<number>, labels: ArrayLike<number>): number {
  return correlation("pearson", predictions, labels, (values) => values);
}

/**
 * Spearman's rank correlation, in [−1, 1]: Pearson's of the ranks, ties sharing their mean rank.
 *
 * @throws MetricError where all numbers of a list are the same, or one is not finite
 */
export function spearman(predictions: ArrayLike<number>, labels: ArrayLike<number>): number {
  return correlation("spearman", predictions, labels, ranks);
}

function correlation(
  where: string,
  left: ArrayLike<number>,
  right: ArrayLike<number>,
  of: (values: ArrayLike<number>) => ArrayLike<number>,
): number {
  checkPaired(where, left, right, ["predictions", "labels"]);
  checkFinite(where, left, "predictions");
  checkFinite(where, right, "labels");
  checkVaries(where, left, "predictions");
  checkVaries(where, right, "labels");
  const x = standardized(of(left));
  const y = standardized(of(right));
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!;
  return x.length === 2 ? Math.sign(sum) : Math.min(1, Math.max(-1, sum));
}

/** By comparison, as SciPy does it: the mean of equal numbers is often not equal to them. */
function checkVaries(where: string, values: ArrayLike<number>, name: string): void {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return;
  throw new MetricError(
    `${where}: ${name} must vary, got ${values.length} times ${values[0]}. A correlation with a constant does not exist; look whether the model gives one answer to everything.`,
  );
}

/**
 * The values less their mean, at length 1. Less the first value to begin with, which is exact where values are close
 * to each other and far from 0; then scaled by the largest, so that squares neither overflow nor vanish.
 */
function standardized(values: ArrayLike<number>): Float64Array {
  let shifted = Float64Array.from(values, (value) => value - values[0]!);
  if (!shifted.every(Number.isFinite)) shifted = Float64Array.from(values, (value) => value / 2 - values[0]! / 2);
  const largest = shifted.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  const scaled = shifted.map((value) => value / largest);
  const mean = scaled.reduce((sum, value) => sum + value, 0) / scaled.length;
  const centred = scaled.map((value) => value - mean);
  const length = Math.sqrt(centred.reduce((sum, value) => sum + value * value, 0));
  return centred.map((value) => value / length);
}
