import type { PieceBuffer } from "../pipeline/piece-buffer.ts";

/** What offsets count: UTF-16 units, as JavaScript's `slice`; code points, as Python's; bytes of UTF-8, as TensorFlow's and Rust's. */
export type OffsetUnit = "utf16" | "codePoints" | "utf8";

/** Turns the places of pieces [from, to) of a buffer, in UTF-16 units of `text`, into another unit. */
export function convertOffsets(text: string, unit: OffsetUnit, pieces: PieceBuffer, from: number, to: number): void {
  if (unit === "utf16") return;
  const places = unitPlaces(text, unit === "utf8");
  if (!places) return;
  for (let i = from; i < to; i++) {
    pieces.starts[i] = places[pieces.starts[i]!]!;
    pieces.ends[i] = places[pieces.ends[i]!]!;
  }
}

/** For each UTF-16 place its place in the other unit; undefined where all are the same. A lone surrogate is three bytes, those of U+FFFD. */
function unitPlaces(text: string, bytes: boolean): Int32Array | undefined {
  let i = 0;
  while (i < text.length && text.charCodeAt(i) < 0x80) i++;
  if (i === text.length) return undefined;
  const places = new Int32Array(text.length + 1);
  let place = 0;
  for (i = 0; i < text.length; i++) {
    places[i] = place;
    const point = text.codePointAt(i)!;
    place += bytes ? (point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4) : 1;
    if (point > 0xffff) places[++i] = place;
  }
  places[text.length] = place;
  return places;
}
