/** How large batches are. */
export interface BatchLimits {
  /** Most tokens in a batch, padding included; a longer row is a batch of its own. */
  readonly batchTokens: number;
  /** Most rows in a batch. */
  readonly batchSize: number;
}

/**
 * Batches of rows of similar length, the longest first, so that there is little padding. Gives the rows' places.
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
