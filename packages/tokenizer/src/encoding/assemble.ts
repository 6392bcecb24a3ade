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
  const encoding = new Encoding(Math.max(length, filled), token, overflowing);
  const { ids, tokenTypeIds, attentionMask, specialTokensMask, wordIds, sequenceIds, offsets } = encoding;
  const pads = encoding.length - filled;
  const first = padLeft ? pads : 0;
  let at = first;
  for (const part of template) {
    if (!("sequence" in part)) {
      ids[at] = part.id;
      tokenTypeIds[at] = part.typeId;
      specialTokensMask[at] = 1;
      wordIds[at] = sequenceIds[at] = -1;
      at++;
      continue;
    }
    const { start, end } = sequences[part.sequence]!;
    for (let i = start; i < end; i++, at++) {
      ids[at] = pieces.ids[i]!;
      tokenTypeIds[at] = part.typeId;
      wordIds[at] = pieces.words[i]!;
      sequenceIds[at] = part.sequence;
      offsets[2 * at] = pieces.starts[i]!;
      offsets[2 * at + 1] = pieces.ends[i]!;
    }
  }
  attentionMask.fill(1, first, at);
  const [padStart, padEnd] = padLeft ? [0, pads] : [at, encoding.length];
  ids.fill(padding.id, padStart, padEnd);
  specialTokensMask.fill(1, padStart, padEnd);
  wordIds.fill(-1, padStart, padEnd);
  sequenceIds.fill(-1, padStart, padEnd);
  return encoding;
}

export function assembledLength(template: readonly TemplatePart[], sequences: readonly PieceRange[]): number {
  let length = 0;
  for (const part of template) {
    if ("sequence" in part) length += sequences[part.sequence]!.end - sequences[part.sequence]!.start;
    else length++;
  }
  return length;
}
