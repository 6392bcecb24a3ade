import { reject } from "../check-options.ts";
import type { Encoding } from "../encoding/encoding.ts";

/** The sequence of a token; undefined for special tokens and padding. */
export function tokenToSequence(encoding: Encoding, token: number): number | undefined {
  checkEncoding(encoding);
  return known(encoding.sequenceIds[token]);
}

/** The word of a token in its sequence; undefined for special tokens and padding. */
export function tokenToWord(encoding: Encoding, token: number): number | undefined {
  checkEncoding(encoding);
  return known(encoding.wordIds[token]);
}

/** [start, end) of a token in its text, in the unit of `offsets`; undefined for special tokens and padding. */
export function tokenToChars(encoding: Encoding, token: number): [number, number] | undefined {
  if (tokenToSequence(encoding, token) === undefined) return undefined;
  return [encoding.offsets[2 * token]!, encoding.offsets[2 * token + 1]!];
}

/** The first token of a sequence that satisfies a condition. */
export function firstToken(
  encoding: Encoding,
  sequence: number,
  matches: (token: number) => boolean,
): number | undefined {
  checkEncoding(encoding);
  return known(encoding.sequenceIds.findIndex((id, token) => id === sequence && matches(token)));
}

function checkEncoding(encoding: Encoding): void {
  if (!encoding?.sequenceIds) reject(TypeError, "alignment", "encoding", "a result of encode", encoding);
}

function known(value: number | undefined): number | undefined {
  return value === undefined || value < 0 ? undefined : value;
}
