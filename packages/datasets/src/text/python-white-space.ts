/**
 * Whether a character is white space in Python's `str.isspace`: unlike \s, U+001C–U+001F and U+0085 are, and U+FEFF is
 * not.
 */
const pythonSpace = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/; // eslint-disable-line no-control-regex

/** Python's `str.strip()`. */
export function strip(text: string): string {
  let start = 0;
  while (start < text.length && pythonSpace.test(text[start]!)) start++;
  return stripEnd(text.slice(start));
}

/** Python's `str.rstrip()`. */
export function stripEnd(text: string): string {
  let end = text.length;
  while (end > 0 && pythonSpace.test(text[end - 1]!)) end--;
  return text.slice(0, end);
}
