import { checkObjects, checkOptions, checkTextInputs, checkValue, wholeNumber } from "@bertkit/checks";
import type { EncodedBatch } from "@bertkit/encoder";
import { type EncodedRow, padBatch, type TextInput, type Tokenizer } from "@bertkit/tokenizer";
import { checkTokenizer } from "../check-arguments.ts";
import { inputRules, questionRules } from "../option-rules.ts";

/** Options for encoding and padding. */
export interface InputOptions {
  /**
   * Maximum tokens per row, including special tokens. Longer texts are truncated, of a pair the longer first. Functions
   * that know the encoder use at most its `maxTokens`. Default 128.
   */
  readonly maxLength?: number;
  /**
   * Batches are padded to the longest row, rounded up to a multiple of this, to have few shapes on a backend that
   * compiles for each. Default 32.
   */
  readonly lengthMultiple?: number;
  /** Skip padding in token-wise layers: see `EncodedBatch.skipPadding`. Default true. */
  readonly skipPadding?: boolean;
}

/** Encodes texts and pairs, each to a row of its own length. */
export function encodeRows(
  inputs: readonly TextInput[],
  tokenizer: Tokenizer,
  options: InputOptions = {},
): EncodedRow[] {
  checkOptions("encodeRows", options, inputRules, Object.keys(questionRules));
  checkTextInputs("encodeRows", "inputs", inputs);
  checkTokenizer("encodeRows", tokenizer);
  const { maxLength = 128 } = options;
  return Array.from(inputs, (input) => {
    const [text, pair] = typeof input === "string" ? [input, undefined] : input;
    const { ids, tokenTypeIds } = tokenizer.encode(text, pair, { maxLength, truncation: "longest_first" });
    return { ids, tokenTypeIds };
  });
}

/** Pads rows to one batch, their length rounded up to a multiple of `lengthMultiple`. */
export function padRows(rows: readonly EncodedRow[], paddingId: number, options: InputOptions = {}): EncodedBatch {
  checkOptions("padRows", options, inputRules, Object.keys(questionRules));
  checkObjects("padRows", "rows", rows, "an encoded row", "ids");
  checkValue("padRows", "paddingId", paddingId, wholeNumber(), "Pass tokenizer.special.padding.id.");
  const { maxLength = 128, lengthMultiple = 32, skipPadding = true } = options;
  const longest = rows.reduce((most, { ids }) => Math.max(most, ids.length), 1);
  const length = Math.max(longest, Math.min(maxLength, Math.ceil(longest / lengthMultiple) * lengthMultiple));
  return { ...padBatch(rows, { length, paddingId }), ...(!skipPadding && { skipPadding }) };
}
