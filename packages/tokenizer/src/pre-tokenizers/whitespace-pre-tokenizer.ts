import { checkText } from "../check-options.ts";
import type { PreTokenizer } from "./pre-tokenizer.ts";

/**
 * Words are runs of letters, marks, digits and connectors, or runs of other characters that are not whitespace. Uses
 * the runtime's Unicode version.
 */
export class WhitespacePreTokenizer implements PreTokenizer {
  split(text: string, from: number, to: number, visit: (start: number, end: number) => void): void {
    checkText("split", "text", text);
    const pattern =
      /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}\p{White_Space}]+/gu;
    for (const match of text.slice(from, to).matchAll(pattern))
      visit(from + match.index, from + match.index + match[0].length);
  }
}
