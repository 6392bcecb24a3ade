import { TokenizerError } from "../tokenizer-error.ts";

/**
 * The first `size` of `length` pieces and then, each beginning `stride` before the last one's end, the windows over
 * the rest, as [start, end).
 */
export function windows(length: number, size: number, stride: number): [number, number][] {
  if (!(Number.isInteger(stride) && stride >= 0))
    throw new TokenizerError(
      "options",
      `encodeWindows: stride must be a whole number of at least 0, got ${stride}. It is how many pieces each window repeats.`,
    );
  if (size >= length) return [[0, length]];
  if (size === 0)
    return [
      [0, 0],
      [0, length],
    ];
  if (stride >= size) {
    throw new TokenizerError(
      "options",
      `encodeWindows: stride must be less than the ${size} pieces that fit of this sequence, got ${stride}. Lower stride or raise maxLength.`,
    );
  }
  const found: [number, number][] = [];
  for (let start = 0; ; start += size - stride) {
    const end = Math.min(start + size, length);
    found.push([start, end]);
    if (end === length) return found;
  }
}
