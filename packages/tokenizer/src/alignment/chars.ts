import type { Encoding } from "../encoding/encoding.ts";
import { firstToken, tokenToWord } from "./tokens.ts";

/** The first token that covers a position in the text of a sequence; undefined if none does, as for whitespace. */
export function charToToken(encoding: Encoding, place: number, sequence: 0 | 1 = 0): number | undefined {
  return firstToken(encoding, sequence, (token) => {
    const { offsets } = encoding;
    return offsets[2 * token]! <= place && place < offsets[2 * token + 1]!;
  });
}

/** The word that covers a position in the text of a sequence. */
export function charToWord(encoding: Encoding, place: number, sequence: 0 | 1 = 0): number | undefined {
  const token = charToToken(encoding, place, sequence);
  return token === undefined ? undefined : tokenToWord(encoding, token);
}
