import type { PieceBuffer } from "../pipeline/piece-buffer.ts";
import type { TemplatePart } from "../post-processors/template.ts";
import type { SpecialTokens } from "../special-tokens.ts";
import { Encoding } from "./encoding.ts";
import { paddedLength, type PaddingOptions } from "./padding.ts";
import { assembledLength, type PieceRange } from "./piece-range.ts";

export interface AssembleOptions extends PaddingOptions {
  /** The buffer that the sequences are ranges of. */
  readonly pieces: PieceBuffer;
  readonly template: readonly TemplatePart[];
  readonly maxLength?: number | undefined;
  readonly tokenizer: { readonly special: SpecialTokens; token(id: number): string };
}

/**
 * Builds one encoding: the template's tokens and sequences in order, then padding to the padded length of `longest`.
 */
export function assemble(
  options: AssembleOptions,
  sequences: readonly PieceRange[],
  longest: readonly PieceRange[] = sequences,
): Encoding {
  const { pieces, template, tokenizer } = options;
  const filled = assembledLength(template, sequences);
  const size = Math.max(filled, paddedLength(assembledLength(template, longest), options, options.maxLength));
  const store = new Int32Array(size * 8);
  const fill = (part: number, value: number, start: number, end: number): void => {
    store.fill(value, part * size + start, part * size + end);
  };
  const put = (id: number, start: number, end: number): void => {
    fill(0, id, start, end);
    fill(3, 1, start, end);
    fill(4, -1, start, end);
    fill(5, -1, start, end);
  };
  const padLeft = options.paddingSide === "left";
  const first = padLeft ? size - filled : 0;
  let at = first;
  for (const part of template) {
    const from = at;
    if ("sequence" in part) {
      const { start, end } = sequences[part.sequence]!;
      for (let i = start; i < end; i++, at++) {
        store[at] = pieces.ids[i]!;
        store[4 * size + at] = pieces.words[i]!;
        store[6 * size + 2 * at] = pieces.starts[i]!;
        store[6 * size + 2 * at + 1] = pieces.ends[i]!;
      }
      fill(5, part.sequence, from, at);
    } else put(part.id, at, ++at);
    fill(1, part.typeId, from, at);
  }
  fill(2, 1, first, at);
  put(tokenizer.special.padding.id, padLeft ? 0 : at, padLeft ? first : size);
  return new Encoding(store, tokenizer);
}
