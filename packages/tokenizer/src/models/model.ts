import type { PieceBuffer } from "../pipeline/piece-buffer.ts";

/** Third step: the pieces of one word. */
export interface Model {
  /** Appends the pieces of text[start, end), with their places in `text`; at least one. */
  tokenize(text: string, start: number, end: number, pieces: PieceBuffer): void;
}
