/** Maximum nesting of a file's JSON; with deep nesting, JSON.parse needs 54 bytes of memory for each byte. */
const deepest = 64;

/** Throws a SyntaxError for JSON that is nested deeper than 64. */
export function checkDepth(text: string): void {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x22) {
      i++;
      while (i < text.length && text.charCodeAt(i) !== 0x22) i += text.charCodeAt(i) === 0x5c ? 2 : 1;
    } else if (code === 0x5b || code === 0x7b) {
      if (++depth > deepest) throw new SyntaxError(`nested deeper than ${deepest} at position ${i}`);
    } else if (code === 0x5d || code === 0x7d) depth--;
  }
}
