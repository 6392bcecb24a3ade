import { reject } from "../check-options.ts";

export interface PaddingOptions {
  /** "longest" pads to the longest row of the batch, "max_length" to maxLength. */
  readonly padding?: "longest" | "max_length" | undefined;
  /** Pad to a multiple of this many tokens. */
  readonly padToMultipleOf?: number | undefined;
  readonly paddingSide?: "right" | "left" | undefined;
}

/** The padded length of rows of which the longest has `longest` tokens; 0 without padding. */
export function paddedLength(
  longest: number,
  { padding, padToMultipleOf = 1 }: PaddingOptions,
  maxLength: number | undefined,
): number {
  if (padding === undefined) return 0;
  let length = longest;
  if (padding === "max_length") {
    if (maxLength === undefined) reject(TypeError, "encode", "maxLength", 'set for padding "max_length"', maxLength);
    length = Math.max(longest, maxLength);
  }
  return Math.ceil(length / padToMultipleOf) * padToMultipleOf;
}
