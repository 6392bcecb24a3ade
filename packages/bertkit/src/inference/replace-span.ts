/**
 * Replaces a part of a text by a token; a continuation ("##s") joins the word before.
 *
 * replaceSpan("two [MASK].", 4, 10, "##s") → "twos."
 */
export function replaceSpan(text: string, start: number, end: number, token: string): string {
  const before = text.slice(0, start);
  const after = text.slice(end);
  if (token.length > 2 && token.startsWith("##")) return before.trimEnd() + token.slice(2) + after;
  return before + token + after;
}
