import type { RaggedEncoding } from "../encoding/ragged.ts";

/** Concatenates ragged encodings. */
export function joinRagged(parts: readonly RaggedEncoding[], withOffsets: boolean): RaggedEncoding {
  const rows = parts.reduce((total, { rowSplits }) => total + rowSplits.length - 1, 0);
  const length = parts.reduce((total, { ids }) => total + ids.length, 0);
  const ids = new Int32Array(length);
  const rowSplits = new Int32Array(rows + 1);
  const offsets = withOffsets ? new Int32Array(2 * length) : undefined;
  let [row, at] = [0, 0];
  for (const part of parts) {
    ids.set(part.ids, at);
    if (part.offsets) offsets?.set(part.offsets, 2 * at);
    for (let i = 1; i < part.rowSplits.length; i++) rowSplits[++row] = at + part.rowSplits[i]!;
    at += part.ids.length;
  }
  return { ids, rowSplits, ...(offsets ? { offsets } : {}) };
}
