import { paddedLength } from "./padding.ts";
import type { PaddingOptions } from "./padding.ts";
import type { Rows } from "./ragged.ts";

/** A batch as three flat row-major arrays, all rows padded to the same length. */
export interface BatchEncoding {
  readonly inputIds: Int32Array;
  /** 1 for tokens, 0 for padding. */
  readonly attentionMask: Int32Array;
  readonly tokenTypeIds: Int32Array;
  /** [rows, tokens] */
  readonly shape: [number, number];
}

/** Builds a batch of rows, by default padded to the longest. */
export function batchOf(
  { tokens: { ids, words }, splits }: Rows,
  { padding = "longest", padToMultipleOf, paddingSide, maxLength }: PaddingOptions & { maxLength?: number | undefined },
  paddingId: number,
): BatchEncoding {
  const rows = splits.length - 1;
  let longest = 0;
  for (let r = 0; r < rows; r++) longest = Math.max(longest, splits[r + 1]! - splits[r]!);
  const length = paddedLength(longest, { padding, padToMultipleOf }, maxLength);
  const inputIds = new Int32Array(rows * length).fill(paddingId);
  const attentionMask = new Int32Array(rows * length);
  const tokenTypeIds = new Int32Array(rows * length);
  for (let r = 0; r < rows; r++) {
    const start = splits[r]!;
    const end = splits[r + 1]!;
    let at = paddingSide === "left" ? (r + 1) * length - (end - start) : r * length;
    for (let from = start; from < end; from++, at++) {
      inputIds[at] = ids[from]!;
      tokenTypeIds[at] = words[from]!;
      attentionMask[at] = 1;
    }
  }
  return { inputIds, attentionMask, tokenTypeIds, shape: [rows, length] };
}
