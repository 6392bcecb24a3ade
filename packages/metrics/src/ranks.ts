/** Ranks from 1 in ascending order; equal values get their mean rank. */
export function ranks(values: ArrayLike<number>): Float64Array {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const result = new Float64Array(values.length);
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    const shared = (start + 1 + end) / 2; // mean of start + 1 … end
    for (let i = start; i < end; i++) result[order[i]!] = shared;
    start = end;
  }
  return result;
}
