import type { BertNormalizer } from "../normalizers/bert-normalizer.ts";
import {
  BARE_SPACE,
  characterData,
  CHINESE,
  DECOMPOSING,
  DROPPED,
  PUNCTUATION,
  SPACE,
} from "../unicode/character-data.ts";

/** What a UTF-16 unit does to a run; any other code is the one unit it becomes inside a word. */
export const UNSEEN = 0; // ask `classify`
export const BETWEEN = 1; // ends a run and gives nothing
export const ALONE = 2; // ends a run and is a word by itself, unchanged
export const SYMBOL = 3; // the same, but in google part of the run where that is taken whole
export const OTHER = 4; // makes the run one for the parts as they are, as any surrogate does
export const LAST_CODE = 4;

/**
 * Where BERT's normaliser and pre-tokenizer never look across, and what they make of each character between: what lets
 * them be applied run by run. A run without an `OTHER` character is one word, of the units its codes are.
 */
export interface RunKinds {
  /** By UTF-16 unit; filled in as text is met. */
  readonly codes: Uint16Array;
  /** google: whether a capital sigma is the last letter is decided across punctuation. */
  readonly takesSymbolsWhole: boolean;
  /** Finds, keeps and returns the code of a unit; never `UNSEEN`. */
  classify(unit: number): number;
}

/** What lets text be taken run by run with this normaliser and BERT's pre-tokenizer of the same dialect. */
export function bertRunKinds(normalizer: BertNormalizer): RunKinds {
  const { dialect, cleanText, isolateChineseCharacters, lowercase, stripAccents } = normalizer;
  const codes = new Uint16Array(0x10000);
  const takesSymbolsWhole = dialect.contextualUnit !== undefined;
  const between = cleanText ? SPACE : SPACE | BARE_SPACE;
  const alone = isolateChineseCharacters ? CHINESE : 0;
  const moving = (stripAccents ?? lowercase) ? DECOMPOSING : 0;
  // More than a letter of a word: it splits, or (where accents come off) changes place.
  const notInside = DROPPED | SPACE | BARE_SPACE | PUNCTUATION | alone | moving;

  const code = (unit: number): number => {
    if ((unit & 0xf800) === 0xd800 || unit === dialect.contextualUnit) return OTHER;
    const character = String.fromCharCode(unit);
    const { text } = normalizer.normalize(character);
    const folded = text.charCodeAt(0);
    // All dialects see these alike: text of them alone needs no tables.
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
