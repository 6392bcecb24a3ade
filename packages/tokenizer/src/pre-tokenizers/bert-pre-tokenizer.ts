import { checkOptions, checkText } from "../check-options.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { hfFast } from "../dialects/hf-fast.ts";
import { characterData } from "../dialects/dialect-characters.ts";
import { BARE_SPACE, PUNCTUATION, SPACE } from "../unicode/character-data.ts";
import type { PreTokenizer } from "./pre-tokenizer.ts";

export interface BertPreTokenizerOptions {
  /** Decides what is whitespace and punctuation. */
  dialect?: Dialect;
}

/** Splits at whitespace, and makes each punctuation character (ASCII symbols and categories P*) a word. */
export class BertPreTokenizer implements PreTokenizer {
  readonly dialect: Dialect;

  constructor(options: BertPreTokenizerOptions = {}) {
    checkOptions("BertPreTokenizer", options, "dialect:normalizing");
    this.dialect = options.dialect ?? hfFast;
  }

  split(text: string, from: number, to: number, visit: (start: number, end: number) => void): void {
    checkText("split", "text", text);
    const { flags } = characterData(this.dialect);
    let wordStart = from;
    for (let i = from; i < to;) {
      const point = text.codePointAt(i)!;
      const next = i + (point > 0xffff ? 2 : 1);
      const kind = flags[point]! & (SPACE | BARE_SPACE | PUNCTUATION);
      if (kind !== 0) {
        if (wordStart < i) visit(wordStart, i);
        if (kind === PUNCTUATION) visit(i, next);
        wordStart = next;
      }
      i = next;
    }
    if (wordStart < to) visit(wordStart, to);
  }
}
