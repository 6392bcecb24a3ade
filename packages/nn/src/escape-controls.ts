/** Control characters (C0, DEL, C1), line and paragraph separators, what changes the direction of text, lone surrogates. */
const controls = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}]/gu;
const short: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * Text from a file or a person, such as a label, a token or a file name, as it may be shown in a line of a terminal:
 * what would move the cursor, colour, end the line or reorder it stands there as JSON writes it, `\n` or `\u001b`.
 * JSON without line ends stays the same JSON.
 */
export function escapeControls(text: string): string {
  return text.replace(
    controls,
    (character) => short[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
