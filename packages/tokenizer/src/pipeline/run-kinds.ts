import type { BertNormalizer } from "../normalizers/bert-normalizer.ts";
import { characterData } from "../dialects/dialect-characters.ts";
import { BARE_SPACE, CHINESE, DECOMPOSING, DROPPED, PUNCTUATION, SPACE } from "../unicode/character-data.ts";

/** What a UTF-16 unit does to a run. Any other code is the unit's normalized form inside a word. */
export const UNSEEN = 0; // not classified yet
export const BETWEEN = 1; // ends a run; no token
export const ALONE = 2; // ends a run; a word of its own, unchanged
export const SYMBOL = 3; // as ALONE, but part of the run if `takesSymbolsWhole`
export const OTHER = 4; // sends the run to the general path, as any surrogate does
export const LAST_CODE = 4;

/**
 * The boundaries that BERT's normalizer and pre-tokenizer never look across, and the normalized form of each character
 * between them, so that they can be applied run by run. A run without an `OTHER` character is one word, spelled by its
 * codes.
 */
export interface RunKinds {
  /** By UTF-16 unit; filled on demand. */
  readonly codes: Uint16Array;
  /** For google: whether a capital sigma is final depends on the text beyond punctuation. */
  readonly takesSymbolsWhole: boolean;
  /** Computes, stores and returns the code of a unit; never `UNSEEN`. */
  classify(unit: number): number;
}

/** The run kinds of this normalizer and BERT's pre-tokenizer in the same dialect. */
export function bertRunKinds(normalizer: BertNormalizer): RunKinds {
  const { dialect, cleanText, isolateChineseCharacters, lowercase, stripAccents } = normalizer;
  const codes = new Uint16Array(0x10000);
  const takesSymbolsWhole = dialect.contextualUnit !== undefined;
  const between = cleanText ? SPACE : SPACE | BARE_SPACE;
  const alone = isolateChineseCharacters ? CHINESE : 0;
  const moving = (stripAccents ?? lowercase) ? DECOMPOSING : 0;
  // Not a plain letter of a word: it splits words, or is reordered (if accents are stripped).
  const notInside = DROPPED | SPACE | BARE_SPACE | PUNCTUATION | alone | moving;

  const code = (unit: number): number => {
    if (unit >> 11 === 0x1b || unit === dialect.contextualUnit) return OTHER;
    const character = String.fromCharCode(unit);
    const { text } = normalizer.normalize(character);
    const folded = text.charCodeAt(0);
    // The same in all dialects, so that ASCII text needs no tables.
    if (/[ -~]/.test(character)) return folded === 0x20 ? BETWEEN : /[^\W_]/.test(text) ? folded : SYMBOL;
    const { flags } = characterData(dialect);
    const flag = flags[unit]!;
    if (flag & between && !(flag & DROPPED)) return BETWEEN;
    const apart = flag & alone ? ALONE : flag & PUNCTUATION && !(flag & DECOMPOSING) ? SYMBOL : UNSEEN;
    if (apart !== UNSEEN) return text.trim() === character ? apart : OTHER;
    return text.length !== 1 || folded < 0x20 || flags[folded]! & notInside ? OTHER : folded;
  };
  return { codes, takesSymbolsWhole, classify: (unit) => (codes[unit] = code(unit)) };
}
