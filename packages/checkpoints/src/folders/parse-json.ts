/** As deep as JSON of a model's folder may be nested. */
const deepest = 64;
/** Shorter texts are not looked through: they cannot cost much. */
const harmless = 1 << 20;

/**
 * JSON.parse for what a file holds: deep nesting, of which a byte takes 54 of memory, is an error before it is parsed. What
 * is left takes up to 45 times its length while it is parsed, and 28 of them afterwards (measured: lists of empty objects, lists
 * 60 deep).
 *
 * @throws SyntaxError for what is not JSON, or nested deeper than 64
 */
export function parseJson(text: string): unknown {
  if (text.length > harmless) checkDepth(text);
  return JSON.parse(text);
}

function checkDepth(text: string): void {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x22) i = endOfString(text, i);
    else if (code === 0x5b || code === 0x7b) {
      if (++depth > deepest) throw new SyntaxError(`it is nested deeper than ${deepest}, at position ${i}`);
    } else if (code === 0x5d || code === 0x7d) depth--;
  }
}

function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (i < text.length && text.charCodeAt(i) !== 0x22) i += text.charCodeAt(i) === 0x5c ? 2 : 1;
  return i;
}
