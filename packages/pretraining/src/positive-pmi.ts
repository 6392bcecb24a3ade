import type { SparseMatrix } from "./cooccurrences.ts";

/**
 * Positive pointwise mutual information of counts, max(0, log(n(a, b) · N / (n(a) · n(b)))), in nats; only positive
 * entries are stored. Source: Levy & Goldberg, 2014, "Neural Word Embedding as Implicit Matrix Factorization".
 */
export function positivePmi({ size, starts, columns, values }: SparseMatrix): SparseMatrix {
  const sums = new Float64Array(size);
  for (let row = 0; row < size; row++) for (let k = starts[row]!; k < starts[row + 1]!; k++) sums[row]! += values[k]!;
  const total = sums.reduce((sum, value) => sum + value, 0);
  const kept = {
    starts: new Uint32Array(size + 1),
    columns: new Uint32Array(columns.length),
    values: new Float64Array(values.length),
  };
  let count = 0;
  for (let row = 0; row < size; row++) {
    for (let k = starts[row]!; k < starts[row + 1]!; k++) {
      const column = columns[k]!;
      const information = Math.log((values[k]! * total) / (sums[row]! * sums[column]!));
      if (information <= 0) continue;
      kept.columns[count] = column;
      kept.values[count++] = information;
    }
    kept.starts[row + 1] = count;
  }
  return { size, starts: kept.starts, columns: kept.columns.slice(0, count), values: kept.values.slice(0, count) };
}
