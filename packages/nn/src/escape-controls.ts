import { checkText } from "@bertkit/checks";

/** Control characters (C0, DEL, C1), line and paragraph separators, bidirectional controls, lone surrogates. */
const controls = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}]/gu;
const short: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * Makes untrusted text, such as a label, a token or a file name, safe to print on one line of a terminal: characters
 * that would move the cursor, color, break or reorder the line are escaped as in JSON, `\n` or `\u001b`. A JSON text
 * without line breaks keeps its value.
 */
export function escapeControls(text: string): string {
  checkText("escapeControls", "text", text);
  return text.replace(
    controls,
    (character) => short[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
