import { checkTexts, checkValue, wholeNumber } from "@bertkit/checks";
import type { EncodedRow, Tokenizer } from "@bertkit/tokenizer";

/** The row of a sentence given as words, and where each word's first piece stands. */
export interface EncodedWords extends EncodedRow {
  /** One entry a word: a position of the row, or -1 where the word has no piece or was cut off. */
  readonly firstPieces: Int32Array;
}

/** Encodes words so that labels stay with them: [CLS], the pieces of every word, [SEP]. What exceeds `maxLength` is cut. */
export function encodeWords(words: readonly string[], tokenizer: Tokenizer, maxLength = 128): EncodedWords {
  checkTexts("encodeWords", "words", words);
  checkValue("encodeWords", "maxLength", maxLength, wholeNumber(2), "Leave it out for 128.");
  const { ids, tokenTypeIds, wordIds } = tokenizer.encodeWords(words, undefined, { maxLength });
  const firstPieces = new Int32Array(words.length).fill(-1);
  wordIds.forEach((word, position) => {
    if (word >= 0 && firstPieces[word] === -1) firstPieces[word] = position;
  });
  return { ids, tokenTypeIds, firstPieces };
}
