import { paddedLength, type PaddingOptions } from "./padding.ts";
import { padBatch, type BatchEncoding, type EncodedRow } from "./pad-batch.ts";
import type { Rows } from "./ragged.ts";

/** Builds a batch of rows, by default padded to the longest. */
export function batchOf(
  { tokens: { ids, words }, splits }: Rows,
  { padding = "longest", padToMultipleOf, paddingSide, maxLength }: PaddingOptions & { maxLength?: number | undefined },
  paddingId: number,
): BatchEncoding {
  let longest = 0;
  const rows: EncodedRow[] = [];
  for (let r = 1; r < splits.length; r++) {
    const start = splits[r - 1]!;
    const end = splits[r]!;
    longest = Math.max(longest, end - start);
    rows.push({ ids: ids.subarray(start, end), tokenTypeIds: words.subarray(start, end) });
  }
  return padBatch(rows, {
    length: paddedLength(longest, { padding, padToMultipleOf }, maxLength),
    paddingId,
    paddingSide,
  });
}
