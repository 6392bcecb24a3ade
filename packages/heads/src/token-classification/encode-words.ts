import { checkTexts, checkValue, wholeNumber } from "@bertkit/checks";
import type { EncodedRow, Tokenizer } from "@bertkit/tokenizer";
import { checkTokenizer } from "../check-arguments.ts";

/** The encoded words of a sentence, with the position of each word's first piece. */
export interface EncodedWords extends EncodedRow {
  /** Per word: position of its first piece in the row, or -1 if it has no piece or was truncated. */
  readonly firstPieces: Int32Array;
}

/** Encodes words that have labels: [CLS], the pieces of every word, [SEP], truncated to `maxLength`. */
export function encodeWords(words: readonly string[], tokenizer: Tokenizer, maxLength = 128): EncodedWords {
  checkTexts("encodeWords", "words", words);
  checkTokenizer("encodeWords", tokenizer);
  checkValue("encodeWords", "maxLength", maxLength, wholeNumber(2), "Leave it out for 128.");
  const { ids, tokenTypeIds, wordIds } = tokenizer.encodeWords(words, undefined, { maxLength });
  const firstPieces = new Int32Array(words.length).fill(-1);
  wordIds.forEach((word, position) => {
    if (word >= 0 && firstPieces[word] === -1) firstPieces[word] = position;
  });
  return { ids, tokenTypeIds, firstPieces };
}
