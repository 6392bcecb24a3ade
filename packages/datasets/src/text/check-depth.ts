/** As deep as a file's JSON may be nested; of deeper nesting a byte takes JSON.parse 54 of memory. */
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
