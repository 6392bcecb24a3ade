import { checkArray } from "@bertkit/checks";
import { checkFinite } from "./checks.ts";
import { MetricError } from "./metric-error.ts";

/** A mean over parts of clusters, with its standard error. */
export interface Ratio {
  readonly value: number;
  /** NaN with fewer than two clusters. */
  readonly standardError: number;
}

/**
 * Σ sums / Σ counts and its standard error if clusters, not their members, are independent. For example, predictions
 * within one text share a context, so a binomial error over positions would be too small. NaN if nothing was counted.
 * Source: Cochran, Sampling Techniques (1977), section 6.3, the ratio estimator.
 */
export function ratio(sums: readonly number[], counts: readonly number[]): Ratio {
  checkArray("ratio", "sums", sums, "numbers");
  checkArray("ratio", "counts", counts, "numbers");
  checkFinite("ratio", sums, "sums");
  checkFinite("ratio", counts, "counts");
  const clusters = sums.length;
  if (counts.length !== clusters)
    throw new MetricError(
      `ratio: sums and counts must be equally long, got ${clusters} and ${counts.length}. Pass one of each per cluster.`,
    );
  const count = counts.reduce((total, value) => total + value, 0);
  const value = sums.reduce((total, sum) => total + sum, 0) / count;
  const squares = sums.reduce((total, sum, i) => total + (sum - value * counts[i]!) ** 2, 0);
  return { value, standardError: clusters < 2 ? NaN : Math.sqrt((squares * clusters) / (clusters - 1)) / count };
}
