import type { Encoding } from "../encoding/encoding.ts";
import { firstToken } from "./tokens.ts";

/** [first, end) tokens of a word in a sequence; undefined if it has no tokens here. */
export function wordToTokens(encoding: Encoding, word: number, sequence: 0 | 1 = 0): [number, number] | undefined {
  const first = firstToken(encoding, sequence, (token) => encoding.wordIds[token] === word);
  if (first === undefined) return undefined;
  const { wordIds, sequenceIds } = encoding;
  let end = first + 1;
  while (sequenceIds[end] === sequence && wordIds[end] === word) end++;
  return [first, end];
}

/** [start, end) of a word in the text of its sequence, in the unit of `offsets`. */
export function wordToChars(encoding: Encoding, word: number, sequence: 0 | 1 = 0): [number, number] | undefined {
  const tokens = wordToTokens(encoding, word, sequence);
  return tokens && [encoding.offsets[2 * tokens[0]]!, encoding.offsets[2 * tokens[1] - 1]!];
}
