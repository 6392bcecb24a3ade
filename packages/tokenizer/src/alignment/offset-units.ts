import { checkText } from "../check-options.ts";
import type { OffsetUnit } from "../encoding/offset-unit.ts";

/** Code points, as Python counts. */
export const codePoints: OffsetUnit = (text) => places(text, () => 1);

/** UTF-8 bytes, as TensorFlow and Rust count. A lone surrogate counts as U+FFFD, three bytes. */
export const utf8: OffsetUnit = (text) =>
  places(text, (point) => (point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4));

/** Maps each UTF-16 position of a text to a position in units of `size` per code point; undefined if they are equal. */
function places(text: string, size: (point: number) => number): Int32Array | undefined {
  checkText("OffsetUnit", "text", text);
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
