import type { PieceBuffer } from "../pipeline/piece-buffer.ts";

/** Texts in flat arrays, concatenated without padding, as TensorFlow's RaggedTensor. */
export interface RaggedEncoding {
  /** Tokens of all texts. */
  readonly ids: Int32Array;
  /** [texts + 1]: text i is ids[rowSplits[i], rowSplits[i + 1]). */
  readonly rowSplits: Int32Array;
  /** [start, end) of each token in its text, flat [2 · tokens]; 0, 0 for special tokens. Only on request. */
  readonly offsets?: Int32Array;
}

/** Rows concatenated in a buffer, whose `words` are their type ids. */
export interface Rows {
  readonly tokens: PieceBuffer;
  /** [rows + 1]: row i is tokens [splits[i], splits[i + 1]). */
  readonly splits: Int32Array;
}

export function raggedOf(
  { tokens: { ids, starts, ends, length }, splits }: Rows,
  withOffsets: boolean,
): RaggedEncoding {
  const encoding = { ids: ids.slice(0, length), rowSplits: splits };
  if (!withOffsets) return encoding;
  const offsets = new Int32Array(2 * length);
  for (let i = 0; i < length; i++) {
    offsets[2 * i] = starts[i]!;
    offsets[2 * i + 1] = ends[i]!;
  }
  return { ...encoding, offsets };
}
