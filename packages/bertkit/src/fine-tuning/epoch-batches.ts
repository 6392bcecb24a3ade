/** How rows are divided into batches. */
interface BatchSizes {
  readonly rows: number;
  readonly batchSize: number;
  readonly smallestBatch: number;
}

/** The start and end of each batch of an epoch. A last batch that is too small is joined to the one before it. */
export function epochBatches({ rows, batchSize, smallestBatch }: BatchSizes): [start: number, end: number][] {
  const rest = rows % batchSize;
  const count = Math.floor(rows / batchSize) + (rest > 0 && rest >= smallestBatch ? 1 : 0);
  return Array.from({ length: count }, (_, i) => [i * batchSize, i === count - 1 ? rows : (i + 1) * batchSize]);
}
