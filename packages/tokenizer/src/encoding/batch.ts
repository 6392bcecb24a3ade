import type { PieceBuffer } from "../pipeline/piece-buffer.ts";
import type { TemplatePart } from "../post-processors/template.ts";

/** A batch in three flat arrays, row after row, all rows padded to one length. */
export interface BatchEncoding {
  readonly inputIds: Int32Array;
  /** 1 for tokens, 0 for padding. */
  readonly attentionMask: Int32Array;
  readonly tokenTypeIds: Int32Array;
  /** [rows, tokens a row] */
  readonly shape: [number, number];
}

/** Where one row's pieces lie in the buffer: first sequence [start, split), second [split, end). */
export interface BatchRow {
  readonly start: number;
  readonly split: number;
  readonly pair: boolean;
  /** Pieces kept of the first and of the second sequence. */
  readonly kept: readonly [number, number];
}

/** What stands around one sequence, and around two. */
export interface Templates {
  readonly single: readonly TemplatePart[];
  readonly pair: readonly TemplatePart[];
}

export interface BatchLayout {
  pieces: PieceBuffer;
  rows: readonly BatchRow[];
  length: number;
  templates: Templates;
  padLeft: boolean;
  paddingId: number;
}

export function layOutBatch({ pieces, rows, length, templates, padLeft, paddingId }: BatchLayout): BatchEncoding {
  const size = rows.length * length;
  const inputIds = new Int32Array(size);
  const attentionMask = new Int32Array(size);
  const tokenTypeIds = new Int32Array(size);
  if (paddingId !== 0) inputIds.fill(paddingId);
  for (let r = 0; r < rows.length; r++) {
    const row = rows[r]!;
    const template = row.pair ? templates.pair : templates.single;
    const filled = batchRowLength(row, template);
    const first = r * length + (padLeft ? length - filled : 0);
    let at = first;
    for (const part of template) {
      const from = at;
      if ("sequence" in part) {
        const start = part.sequence === 0 ? row.start : row.split;
        const count = row.kept[part.sequence];
        const { ids } = pieces;
        for (let i = 0; i < count; i++) inputIds[at++] = ids[start + i]!;
      } else inputIds[at++] = part.id;
      if (part.typeId !== 0) tokenTypeIds.fill(part.typeId, from, at);
    }
    attentionMask.fill(1, first, at);
  }
  return { inputIds, attentionMask, tokenTypeIds, shape: [rows.length, length] };
}

export function batchRowLength(row: BatchRow, template: readonly TemplatePart[]): number {
  let length = 0;
  for (const part of template) length += "sequence" in part ? row.kept[part.sequence] : 1;
  return length;
}
