/** JSON files of models and data have fewer levels. */
const deepest = 64;

/**
 * Checks the nesting of JSON before `JSON.parse`, which takes 54 bytes of memory for each byte of deep nesting.
 *
 * @throws SyntaxError if the text is nested deeper than 64
 */
export function checkJsonDepth(text: string): void {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x22) i = endOfString(text, i);
    else if (code === 0x5b || code === 0x7b) {
      if (++depth > deepest) throw new SyntaxError(`nested deeper than ${deepest} at position ${i}`);
    } else if (code === 0x5d || code === 0x7d) depth--;
  }
}

/** The index of the closing quote, or beyond the text. */
function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (i < text.length && text.charCodeAt(i) !== 0x22) i += text.charCodeAt(i) === 0x5c ? 2 : 1;
  return i;
}
