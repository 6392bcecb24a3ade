import { checkArray, checkOptions, reject } from "../check-options.ts";
import type { PaddingOptions } from "./padding.ts";

/** One encoded text or pair without padding. An `Encoding` is one. */
export interface EncodedRow {
  readonly ids: Int32Array;
  /** As long as `ids`. */
  readonly tokenTypeIds: Int32Array;
}

/** A batch as three flat row-major arrays, all rows padded to the same length. */
export interface BatchEncoding {
  readonly inputIds: Int32Array;
  /** 1 for tokens, 0 for padding. */
  readonly attentionMask: Int32Array;
  readonly tokenTypeIds: Int32Array;
  /** [rows, tokens] */
  readonly shape: readonly [rows: number, tokens: number];
}

export interface PadBatchOptions extends Pick<PaddingOptions, "paddingSide"> {
  /** Tokens per row. Default: the longest row. */
  readonly length?: number | undefined;
  /** The id of padding. Default 0. */
  readonly paddingId?: number | undefined;
}

/**
 * Pads encoded rows to one batch.
 *
 * @throws TypeError if a row has no `ids` or `tokenTypeIds`; RangeError if one is longer than `length`
 */
export function padBatch(rows: readonly EncodedRow[], options: PadBatchOptions = {}): BatchEncoding {
  checkOptions("padBatch", options, "length:0 paddingId:0 paddingSide:right|left");
  checkArray(
    "padBatch",
    "rows",
    rows,
    "{ ids, tokenTypeIds } of one length",
    (row: EncodedRow) => row?.ids?.length - row?.tokenTypeIds?.length === 0,
  );
  return padRows(rows, (longest) => options.length ?? longest, options.paddingId, options.paddingSide);
}

/** @param lengthFor the tokens per row, from the length of the longest row */
export function padRows(
  rows: readonly EncodedRow[],
  lengthFor: (longest: number) => number,
  paddingId = 0,
  paddingSide: PaddingOptions["paddingSide"],
): BatchEncoding {
  const longest = rows.reduce((most, { ids }) => Math.max(most, ids.length), 0);
  const length = lengthFor(longest);
  if (length < longest) reject(RangeError, "padBatch", "length", `at least ${longest}, the longest row`, length);
  const inputIds = new Int32Array(rows.length * length).fill(paddingId);
  const attentionMask = new Int32Array(inputIds.length);
  const tokenTypeIds = new Int32Array(inputIds.length);
  for (const [row, { ids, tokenTypeIds: types }] of rows.entries()) {
    const start = paddingSide === "left" ? (row + 1) * length - ids.length : row * length;
    inputIds.set(ids, start);
    tokenTypeIds.set(types, start);
    attentionMask.fill(1, start, start + ids.length);
  }
  return { inputIds, attentionMask, tokenTypeIds, shape: [rows.length, length] };
}
