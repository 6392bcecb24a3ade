/**
 * Pieces in one text, each ended by a unit that none of them has; that of vocab.txt as it is: 30,000 strings cost more to
 * make than to look up, and a tokenizer that only encodes needs none of them.
 */
export interface PieceList {
  readonly text: string;
  readonly separator: number;
}

export function pieceList(pieces: readonly string[]): PieceList {
  const joined = pieces.join("");
  let separator = 10; // that of vocab.txt
  while (joined.includes(String.fromCharCode(separator))) separator++;
  return { text: pieces.map((piece) => piece + String.fromCharCode(separator)).join(""), separator };
}
