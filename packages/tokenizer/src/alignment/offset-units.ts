import type { OffsetUnit } from "../encoding/offset-unit.ts";

/** Code points, as Python counts. */
export const codePoints: OffsetUnit = (text) => places(text, () => 1);

/** Bytes of UTF-8, as TensorFlow and Rust count. A lone surrogate is three, those of U+FFFD. */
export const utf8: OffsetUnit = (text) =>
  places(text, (point) => (point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4));

/** For each UTF-16 place of a text its place where each code point is of a size; undefined where all are the same. */
function places(text: string, size: (point: number) => number): Int32Array | undefined {
  let i = 0;
  while (i < text.length && text.charCodeAt(i) < 0x80) i++;
  if (i === text.length) return undefined;
  const found = new Int32Array(text.length + 1);
  let place = 0;
  for (i = 0; i < text.length; i++) {
    found[i] = place;
    const point = text.codePointAt(i)!;
    place += size(point);
    if (point > 0xffff) found[++i] = place;
  }
  found[text.length] = place;
  return found;
}
