import { reject } from "../check-options.ts";
import type { Dialect } from "../dialects/dialect.ts";
import type { TemplatePart } from "../post-processors/template.ts";
import { TokenizerError } from "../tokenizer-error.ts";
import { assembledLength, type PieceRange } from "./piece-range.ts";

export type Truncation = "longest_first" | "only_first" | "only_second" | "round_robin" | "waterfall";

export interface TruncationOptions {
  /** Maximum tokens, special tokens included. Default: no truncation. */
  readonly maxLength?: number | undefined;
  readonly truncation?: Truncation | undefined;
}

/** What truncation to maxLength keeps of each sequence: its first pieces, or its last. */
export function truncated(
  sequences: readonly PieceRange[],
  template: readonly TemplatePart[],
  { maxLength, truncation = "longest_first" }: TruncationOptions,
  { dialect, truncationSide }: { readonly dialect: Dialect; readonly truncationSide?: "right" | "left" | undefined },
): readonly PieceRange[] {
  if (maxLength === undefined) return sequences;
  const put = template.length - sequences.length;
  if (maxLength < put)
    reject(RangeError, "encode", "maxLength", `at least ${put}, or addSpecialTokens false`, maxLength);
  if (assembledLength(template, sequences) <= maxLength) return sequences;
  const [first, second] = sequences.map(({ start, end }) => end - start);
  const kept = truncatedLengths(first!, second, maxLength - put, truncation, !dialect.oddToLonger);
  return sequences.map(({ start, end }, i) => {
    if (truncationSide === "left") start = end - kept[i]!;
    return { start, end: start + kept[i]! };
  });
}

/**
 * How many pieces of each sequence are kept if `space` pieces fit, fewer than there are.
 *
 * longest_first truncates the longer one first. If both are truncated to half of an odd length, the longer keeps the
 * odd piece (the Rust library), or the first does (`oddToFirst`: google-research/bert, `_truncate_seq_pair`).
 * round_robin keeps one piece of each in turn, waterfall as much as possible of the first and then of the second: the
 * RoundRobinTrimmer and WaterfallTrimmer of TF.Text.
 */
export function truncatedLengths(
  first: number,
  second: number | undefined,
  space: number,
  truncation: Truncation,
  oddToFirst: boolean,
): [number, number] {
  const rest = second ?? 0;
  const excess = first + rest - space;
  if (space === 0) return [0, 0];
  if (truncation === "only_first" || truncation === "only_second") {
    const ofFirst = truncation === "only_first";
    const target = ofFirst ? first : second;
    if (!(target! > excess))
      throw new TokenizerError(
        "options",
        `encode: truncation ${truncation} ${target === undefined ? "needs a pair" : `would have to remove ${excess} of its ${target} pieces`}. Raise maxLength, or use longest_first.`,
      );
    return ofFirst ? [first - excess, rest] : [first, rest - excess];
  }
  // The length of the first if the second does not fit in the rest.
  let length = Math.ceil(space / 2);
  if (truncation === "waterfall") length = space;
  if (truncation === "longest_first" && !oddToFirst && first <= rest) length = space >> 1;
  const ofFirst = Math.min(first, Math.max(length, space - rest));
  return [ofFirst, space - ofFirst];
}
