import { TokenizerError } from "../tokenizer-error.ts";

export interface PaddingOptions {
  /** "longest": to the longest of the batch. "max_length": to maxLength. */
  padding?: "longest" | "max_length" | undefined;
  /** Then up to a multiple of this many tokens. */
  padToMultipleOf?: number | undefined;
  paddingSide?: "right" | "left" | undefined;
}

/** How long rows become whose longest is `longest`; 0 where they are not padded. */
export function paddedLength(
  longest: number,
  { padding, padToMultipleOf = 1 }: PaddingOptions,
  maxLength: number | undefined,
): number {
  if (padding === undefined) return 0;
  let length = longest;
  if (padding === "max_length") {
    if (maxLength === undefined)
      throw new TokenizerError(
        "options",
        `encode: padding "max_length" needs maxLength, got none. Give it, or use padding "longest".`,
      );
    length = Math.max(longest, maxLength);
  }
  return Math.ceil(length / padToMultipleOf) * padToMultipleOf;
}
