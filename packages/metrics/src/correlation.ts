import { checkFinite, checkPaired } from "./checks.ts";
import { MetricError } from "./metric-error.ts";
import { ranks } from "./ranks.ts";

/**
 * Pearson correlation of two lists of numbers, in [−1, 1]; for two pairs −1 or 1, as in SciPy.
 *
 * @throws MetricError if all numbers of a list are equal, or one is not finite
 */
export function pearson(predictions: ArrayLike<number>, labels: ArrayLike<number>): number {
  return correlation("pearson", predictions, labels, (values) => values);
}

/**
 * Spearman rank correlation, in [−1, 1]: the Pearson correlation of ranks; ties get their mean rank.
 *
 * @throws MetricError if all numbers of a list are equal, or one is not finite
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

/** Compares values, as SciPy does: the rounded mean of equal numbers often differs from them. */
function checkVaries(where: string, values: ArrayLike<number>, name: string): void {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return;
  throw new MetricError(
    `${where}: ${name} must vary, got ${values[0]} ${values.length} times. The correlation with a constant is undefined; check whether the model predicts one value for every input.`,
  );
}

/**
 * The values minus their mean, scaled to norm 1. Subtracts the first value first, which is exact if values are close to
 * each other but far from 0, and divides by the largest, so that squares neither overflow nor underflow.
 */
function standardized(values: ArrayLike<number>): Float64Array {
  let shifted = Float64Array.from(values, (value) => value - values[0]!);
  if (!shifted.every(Number.isFinite)) shifted = Float64Array.from(values, (value) => value / 2 - values[0]! / 2);
  const largest = shifted.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  const scaled = shifted.map((value) => value / largest);
  const mean = scaled.reduce((sum, value) => sum + value, 0) / scaled.length;
  const centered = scaled.map((value) => value - mean);
  const length = Math.sqrt(centered.reduce((sum, value) => sum + value * value, 0));
  return centered.map((value) => value / length);
}
