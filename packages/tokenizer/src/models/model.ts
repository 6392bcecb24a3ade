import type { PieceBuffer } from "../pipeline/piece-buffer.ts";

/** Third step: the pieces of one word. */
export interface Model {
  /** Appends the pieces of text[start, end), at least one, with their positions in `text`. */
  tokenize(text: string, start: number, end: number, pieces: PieceBuffer): void;
  /**
   * The same for a word given as its UTF-16 units [0, length) and their hash (see unit-hash.ts), with positions counted
   * from `at`. Optional: saves creating a string per word.
   */
  tokenizeUnits?(units: Uint16Array, length: number, hash: number, at: number, pieces: PieceBuffer): void;
}
