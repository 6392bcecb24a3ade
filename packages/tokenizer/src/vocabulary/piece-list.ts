import { checkArray, reject } from "../check-options.ts";

/**
 * All pieces in one string, each followed by a separator that no piece contains; for vocab.txt, its text. Creating
 * 30,000 strings costs more than looking them up, and a tokenizer that only encodes needs none of them.
 */
export interface PieceList {
  readonly text: string;
  readonly separator: number;
}

/** @throws RangeError if the pieces contain every UTF-16 unit. */
export function pieceList(pieces: readonly string[]): PieceList {
  checkArray("Vocabulary", "pieces", pieces);
  const joined = pieces.join("");
  const separator = joined.includes("\n") ? absentUnit(joined) : 10; // \n, as in vocab.txt
  return { text: [...pieces, ""].join(String.fromCharCode(separator)), separator };
}

function absentUnit(text: string): number {
  const present = new Uint8Array(0x10000);
  for (let i = 0; i < text.length; i++) present[text.charCodeAt(i)] = 1;
  const unit = present.indexOf(0, 10);
  if (unit < 0) reject(RangeError, "Vocabulary", "pieces", "fewer characters", text.length);
  return unit;
}
