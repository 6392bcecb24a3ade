/** Limits of batches. */
export interface BatchLimits {
  /** Maximum tokens in a batch, padding included; a longer row is a batch by itself. */
  readonly batchTokens: number;
  /** Maximum rows in a batch. */
  readonly batchSize: number;
  /**
   * How many tokens could be computed in the time that one more batch takes: rows of different lengths share a batch if
   * padding costs less. Default: as few batches as possible, whatever the padding.
   */
  readonly batchCost?: number;
  /** Batches are padded to a multiple of this length, up to `maxLength`, as by `padRows`. Default 1. */
  readonly lengthMultiple?: number;
  /** Default 128. */
  readonly maxLength?: number;
}

/**
 * Groups rows of similar length into batches, longest first, to have little padding. Returns the rows' indices.
 *
 * @param lengths tokens in each row
 */
export function tokenBatches(lengths: readonly number[], limits: BatchLimits): number[][] {
  const { batchTokens, batchSize, batchCost, lengthMultiple = 1, maxLength = 128 } = limits;
  const order = Array.from(lengths.keys()).sort((a, b) => lengths[b]! - lengths[a]!);
  const capacity = (longest: number): number => Math.max(1, Math.min(batchSize, Math.floor(batchTokens / longest)));
  const lengthAt = (place: number): number => {
    const length = Math.max(1, lengths[order[place]!]!);
    return Math.max(length, Math.min(maxLength, Math.ceil(length / lengthMultiple) * lengthMultiple));
  };
  const ends = batchCost === undefined ? [order.length] : cheapestEnds(order.length, lengthAt, capacity, batchCost);
  const batches: number[][] = [];
  let start = 0;
  for (const end of ends)
    while (start < end) {
      const count = Math.min(end - start, capacity(lengthAt(start)));
      batches.push(order.slice(start, start + count));
      start += count;
    }
  return batches;
}

/** Rows of one length, which always share batches: those from the previous group's end to `end`. */
interface Group {
  readonly length: number;
  end: number;
}

/** Divides rows, longest first, where padding would cost more than another batch. Returns the ends of the parts. */
function cheapestEnds(
  rows: number,
  lengthAt: (place: number) => number,
  capacity: (longest: number) => number,
  batchCost: number,
): number[] {
  const groups: Group[] = [];
  for (let place = 0; place < rows; place++) {
    const length = lengthAt(place);
    if (groups.at(-1)?.length === length) groups.at(-1)!.end++;
    else groups.push({ length, end: place + 1 });
  }
  // By dynamic programming, from the last group to the first: costs[i] is the minimum cost of all groups from i on, and
  // next[i] the first group after the part that begins with group i.
  const costs = new Float64Array(groups.length + 1);
  const next: number[] = [];
  for (let first = groups.length - 1; first >= 0; first--) {
    const { length } = groups[first]!;
    const start = groups[first - 1]?.end ?? 0;
    costs[first] = Infinity;
    for (let after = first + 1; after <= groups.length; after++) {
      const count = groups[after - 1]!.end - start;
      const cost = Math.ceil(count / capacity(length)) * batchCost + count * length + costs[after]!;
      if (cost >= costs[first]!) continue;
      costs[first] = cost;
      next[first] = after;
    }
  }
  const ends: number[] = [];
  for (let group = 0; group < groups.length; group = next[group]!) ends.push(groups[next[group]! - 1]!.end);
  return ends;
}
