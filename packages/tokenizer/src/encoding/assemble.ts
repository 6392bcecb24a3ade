import type { PieceBuffer } from "../pipeline/piece-buffer.ts";
import type { TemplatePart } from "../post-processors/template.ts";
import { Encoding } from "./encoding.ts";

/** Pieces [start, end) of a buffer: one sequence's, or one window of them. */
export interface PieceRange {
  readonly start: number;
  readonly end: number;
}

export interface AssembleOptions {
  pieces: PieceBuffer;
  template: readonly TemplatePart[];
  sequences: readonly PieceRange[];
  /** Tokens in all, or fewer than there are for no padding. */
  length: number;
  padLeft: boolean;
  padding: { id: number };
  token: (id: number) => string;
  overflowing: readonly Encoding[];
}

/** Lays out one encoding: the template's tokens and sequences in order, then padding. */
export function assemble({
  pieces,
  template,
  sequences,
  length,
  padLeft,
  padding,
  token,
  overflowing,
}: AssembleOptions): Encoding {
  const filled = assembledLength(template, sequences);
  const size = Math.max(length, filled);
  const store = new Int32Array(size * 8);
  const [types, attention, special, words, sequence, offsets] = [
    size,
    2 * size,
    3 * size,
    4 * size,
    5 * size,
    6 * size,
  ];
  const first = padLeft ? size - filled : 0;
  let at = first;
  for (const part of template) {
    const from = at;
    if ("sequence" in part) {
      const { start, end } = sequences[part.sequence]!;
      for (let i = start; i < end; i++, at++) {
        store[at] = pieces.ids[i]!;
        store[words + at] = pieces.words[i]!;
        store[offsets + 2 * at] = pieces.starts[i]!;
        store[offsets + 2 * at + 1] = pieces.ends[i]!;
      }
      if (part.sequence !== 0) store.fill(part.sequence, sequence + from, sequence + at);
    } else {
      store[at] = part.id;
      store[special + at] = 1;
      store[words + at] = store[sequence + at] = -1;
      at++;
    }
    if (part.typeId !== 0) store.fill(part.typeId, types + from, types + at);
  }
  store.fill(1, attention + first, attention + at);
  if (filled < size) {
    const [padStart, padEnd] = padLeft ? [0, first] : [at, size];
    store.fill(padding.id, padStart, padEnd);
    store.fill(1, special + padStart, special + padEnd);
    store.fill(-1, words + padStart, words + padEnd);
    store.fill(-1, sequence + padStart, sequence + padEnd);
  }
  return new Encoding(store, token, overflowing);
}

export function assembledLength(template: readonly TemplatePart[], sequences: readonly PieceRange[]): number {
  let length = 0;
  for (const part of template) {
    if ("sequence" in part) length += sequences[part.sequence]!.end - sequences[part.sequence]!.start;
    else length++;
  }
  return length;
}
