import type { TemplatePart } from "../post-processors/template.ts";

/** Pieces [start, end) of a buffer: one sequence's, or one window of them. */
export interface PieceRange {
  readonly start: number;
  readonly end: number;
}

/** How many tokens a template has with these sequences in it. */
export function assembledLength(template: readonly TemplatePart[], sequences: readonly PieceRange[]): number {
  let length = 0;
  for (const part of template) {
    if ("sequence" in part) length += sequences[part.sequence]!.end - sequences[part.sequence]!.start;
    else length++;
  }
  return length;
}
