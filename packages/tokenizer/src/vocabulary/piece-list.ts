import { TokenizerError } from "../tokenizer-error.ts";

/**
 * Pieces in one text, each ended by a unit that none of them has; that of vocab.txt as it is: 30,000 strings cost more to
 * make than to look up, and a tokenizer that only encodes needs none of them.
 */
export interface PieceList {
  readonly text: string;
  readonly separator: number;
}

/** @throws TokenizerError if the pieces have every unit there is. */
export function pieceList(pieces: readonly string[]): PieceList {
  const joined = pieces.join("");
  const separator = joined.includes("\n") ? absentUnit(joined) : 10; // that of vocab.txt
  return { text: pieces.map((piece) => piece + String.fromCharCode(separator)).join(""), separator };
}

function absentUnit(text: string): number {
  const present = new Uint8Array(0x10000);
  for (let i = 0; i < text.length; i++) present[text.charCodeAt(i)] = 1;
  const unit = present.indexOf(0, 10);
  if (unit >= 0) return unit;
  throw new TokenizerError(
    "vocabulary",
    "Vocabulary: the pieces have every UTF-16 unit there is. Leave out those with unpaired surrogates.",
  );
}
