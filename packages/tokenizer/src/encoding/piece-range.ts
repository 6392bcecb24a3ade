import type { TemplatePart } from "../post-processors/template.ts";

/** Pieces [start, end) of a buffer: a sequence, or one window of it. */
export interface PieceRange {
  readonly start: number;
  readonly end: number;
}

/** Number of tokens of a template filled with these sequences. */
export function assembledLength(template: readonly TemplatePart[], sequences: readonly PieceRange[]): number {
  let length = 0;
  for (const part of template) {
    if ("sequence" in part) length += sequences[part.sequence]!.end - sequences[part.sequence]!.start;
    else length++;
  }
  return length;
}
