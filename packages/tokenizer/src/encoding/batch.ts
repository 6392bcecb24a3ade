import { paddedLength, type PaddingOptions } from "./padding.ts";
import { padRows, type BatchEncoding, type EncodedRow } from "./pad-batch.ts";
import type { Rows } from "./ragged.ts";

/** Builds a batch of rows, by default padded to the longest. */
export function batchOf(
  { tokens: { ids, words }, splits }: Rows,
  { padding = "longest", padToMultipleOf, paddingSide, maxLength }: PaddingOptions & { maxLength?: number | undefined },
  paddingId: number,
): BatchEncoding {
  const rows = Array.from(splits.subarray(1), (end, row): EncodedRow => ({
    ids: ids.subarray(splits[row], end),
    tokenTypeIds: words.subarray(splits[row], end),
  }));
  return padRows(
    rows,
    (longest) => paddedLength(longest, { padding, padToMultipleOf }, maxLength),
    paddingId,
    paddingSide,
  );
}
