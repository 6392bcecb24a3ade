import { TokenizerError } from "../tokenizer-error.ts";

/**
 * Windows of `size` over `length` pieces, as [start, end). Each starts `stride` before the end of the previous one. If no
 * piece fits, the second has all pieces, as in the Rust library.
 */
export function windows(length: number, size: number, stride: number): [number, number][] {
  if (size >= length) return [[0, length]];
  if (size === 0 && stride === 0)
    return [
      [0, 0],
      [0, length],
    ];
  if (stride >= size) {
    throw new TokenizerError(
      "options",
      `encodeWindows: stride must be less than the ${size} pieces of this sequence that fit, got ${stride}. Lower stride or raise maxLength.`,
    );
  }
  const found: [number, number][] = [];
  for (let start = 0; ; start += size - stride) {
    const end = Math.min(start + size, length);
    found.push([start, end]);
    if (end === length) return found;
  }
}
