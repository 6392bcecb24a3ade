import type { PieceBuffer } from "../pipeline/piece-buffer.ts";

/** Third step: the pieces of one word. */
export interface Model {
  /** Appends the pieces of text[start, end), with their places in `text`; at least one. */
  tokenize(text: string, start: number, end: number, pieces: PieceBuffer): void;
  /**
   * The same for a word given as its UTF-16 units [0, length) with their hash (`startHash` of unit-hash.ts extended by each), the
   * places counted from `at`. Optional: it saves a string a word.
   */
  tokenizeUnits?(units: Uint16Array, length: number, hash: number, at: number, pieces: PieceBuffer): void;
}
