import { checkFinite, checkPaired } from "./checks.ts";
import { MetricError } from "./metric-error.ts";
import { ranks } from "./ranks.ts";

/** Pearson's correlation of two lists of numbers, in [−1, 1]. Throws where a list does not vary. */
export function pearson(predictions: ArrayLike<number>, labels: ArrayLike<number>): number {
  return correlation("pearson", predictions, labels, (values) => values);
}

/** Spearman's rank correlation, in [−1, 1]: Pearson's of the ranks, ties sharing their mean rank. Throws where a list does not vary. */
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
  const x = standardized(where, of(left), "predictions");
  const y = standardized(where, of(right), "labels");
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!;
  return Math.min(1, Math.max(-1, sum));
}

/** The values less their mean, at length 1; scaled by the largest first, so that squares neither overflow nor vanish. */
function standardized(where: string, values: ArrayLike<number>, name: string): Float64Array {
  let mean = 0;
  for (let i = 0; i < values.length; i++) mean += values[i]! / values.length;
  const centred = Float64Array.from(values, (value) => value - mean);
  const largest = centred.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  let magnitude = 0;
  for (let i = 0; i < values.length; i++) magnitude = Math.max(magnitude, Math.abs(values[i]!));
  if (largest <= magnitude * 1e-14) {
    throw new MetricError(
      `${where}: ${name} must vary, got ${values.length} times ${values[0]}. A correlation with a constant does not exist; look whether the model gives one answer to everything.`,
    );
  }
  const scaled = centred.map((value) => value / largest);
  const length = Math.sqrt(scaled.reduce((sum, value) => sum + value * value, 0));
  return scaled.map((value) => value / length);
}
