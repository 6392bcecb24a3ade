/** Limits of batches. */
export interface BatchLimits {
  /** Maximum tokens in a batch, padding included; a longer row is a batch by itself. */
  readonly batchTokens: number;
  /** Maximum rows in a batch. */
  readonly batchSize: number;
}

/**
 * Groups rows of similar length into batches, longest first, to have little padding. Returns the rows' indices.
 *
 * @param lengths tokens in each row
 */
export function tokenBatches(lengths: readonly number[], { batchTokens, batchSize }: BatchLimits): number[][] {
  const order = Array.from(lengths.keys()).sort((a, b) => lengths[b]! - lengths[a]!);
  const batches: number[][] = [];
  for (let start = 0; start < order.length;) {
    const longest = Math.max(1, lengths[order[start]!]!);
    const count = Math.max(1, Math.min(batchSize, Math.floor(batchTokens / longest)));
    batches.push(order.slice(start, start + count));
    start += count;
  }
  return batches;
}
