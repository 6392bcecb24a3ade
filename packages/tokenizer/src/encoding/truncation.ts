import { TokenizerError } from "../tokenizer-error.ts";

export type Truncation = "longest_first" | "only_first" | "only_second" | "round_robin" | "waterfall";

/**
 * How many pieces of each sequence stay where `room` pieces fit.
 *
 * longest_first shortens the longer one first. Where both must go down to half, an odd piece stays with the
 * longer (the Rust library) or with the first (`oddToFirst`: google-research/bert, `_truncate_seq_pair`).
 * round_robin gives room to the first, the second, the first … in turn, waterfall to the first and what is left to the
 * second: the RoundRobinTrimmer and WaterfallTrimmer of TF.Text.
 */
export function truncatedLengths(
  first: number,
  second: number | undefined,
  room: number,
  truncation: Truncation,
  oddToFirst: boolean,
): [number, number] {
  const excess = first + (second ?? 0) - room;
  if (excess <= 0) return [first, second ?? 0];
  if (room === 0) return [0, 0];
  if (truncation === "longest_first") {
    if (second === undefined) return [room, 0];
    const half = room >> 1;
    const firstIsShorter = first <= second;
    const shorter = Math.min(first, second);
    if (shorter <= half) return firstIsShorter ? [shorter, room - shorter] : [room - shorter, shorter];
    return oddToFirst || !firstIsShorter ? [room - half, half] : [half, room - half];
  }
  if (truncation === "round_robin" || truncation === "waterfall") {
    const turns = truncation === "waterfall" ? room : Math.max(Math.ceil(room / 2), room - (second ?? 0));
    const ofFirst = Math.min(first, turns);
    return [ofFirst, Math.min(second ?? 0, room - ofFirst)];
  }
  const target = truncation === "only_first" ? first : second;
  if (target === undefined)
    throw new TokenizerError(
      "options",
      `encode: truncation "only_second" needs a second sequence, got one sequence. Give a pair, or use "only_first".`,
    );
  if (target <= excess) {
    throw new TokenizerError(
      "options",
      `encode: truncation "${truncation}" would have to remove ${excess} of its ${target} pieces. Raise maxLength, or use "longest_first".`,
    );
  }
  return truncation === "only_first" ? [target - excess, second ?? 0] : [first, target - excess];
}

/**
 * The first `size` of `length` pieces and then, each beginning `stride` before the last one's end, the windows over
 * the rest, as [start, end). Only the first is kept; the others overflow.
 */
export function windows(length: number, size: number, stride: number): [number, number][] {
  if (size >= length) return [[0, length]];
  if (size === 0)
    return [
      [0, 0],
      [0, length],
    ];
  if (stride >= size) {
    throw new TokenizerError(
      "options",
      `encode: stride must be less than the ${size} pieces that fit of this sequence, got ${stride}. Lower stride or raise maxLength.`,
    );
  }
  const found: [number, number][] = [];
  for (let start = 0; ; start += size - stride) {
    const end = Math.min(start + size, length);
    found.push([start, end]);
    if (end === length) return found;
  }
}
