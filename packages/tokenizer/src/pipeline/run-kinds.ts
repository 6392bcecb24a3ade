import type { BertNormalizer } from "../normalizers/bert-normalizer.ts";
import { isCapitalSigma } from "../normalizers/final-sigma.ts";
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

const cache = new Map<string, RunKinds>();

/**
 * Where BERT's normaliser and pre-tokenizer never look across, and what they make of each character between: what lets
 * them be applied run by run. A run without an `OTHER` character is one word, of the units its codes are.
 */
export class RunKinds {
  /** By UTF-16 unit; filled in as text is met. */
  readonly codes: Uint16Array = new Uint16Array(0x10000);
  /** google: whether a capital sigma is the last letter is decided across punctuation. */
  readonly takesSymbolsWhole: boolean;
  readonly #normalizer: BertNormalizer;
  readonly #flags: Uint8Array;
  /** Flags of what is more than a letter of a word: it splits, or (where accents come off) changes place. */
  readonly #notInside: number;

  constructor(normalizer: BertNormalizer) {
    this.#normalizer = normalizer;
    this.#flags = characterData(normalizer.dialect).flags;
    this.takesSymbolsWhole = normalizer.dialect === "google";
    const { isolateChineseCharacters, lowercase, stripAccents } = normalizer;
    this.#notInside =
      DROPPED |
      SPACE |
      BARE_SPACE |
      PUNCTUATION |
      (isolateChineseCharacters ? CHINESE : 0) |
      ((stripAccents ?? lowercase) ? DECOMPOSING : 0);
  }

  /** Finds, keeps and returns the code of a unit; never `UNSEEN`. */
  classify(unit: number): number {
    return (this.codes[unit] = (unit & 0xf800) === 0xd800 ? OTHER : this.#inside(unit));
  }

  #boundary(point: number): number {
    const { cleanText, isolateChineseCharacters } = this.#normalizer;
    const flag = this.#flags[point]!;
    if (flag & (cleanText ? SPACE : SPACE | BARE_SPACE) && !(flag & DROPPED)) return BETWEEN;
    if (isolateChineseCharacters && flag & CHINESE) return ALONE;
    if (flag & PUNCTUATION && !(flag & DECOMPOSING)) return SYMBOL;
    return UNSEEN;
  }

  #inside(unit: number): number {
    const kind = this.#boundary(unit);
    if (kind === BETWEEN) return BETWEEN;
    const character = String.fromCharCode(unit);
    const { text } = this.#normalizer.normalize(character);
    if (kind !== UNSEEN) return text.trim() === character ? kind : OTHER;
    if (text.length !== 1 || (this.takesSymbolsWhole && isCapitalSigma(unit))) return OTHER;
    const folded = text.charCodeAt(0);
    return folded < 0x20 || this.#flags[folded]! & this.#notInside ? OTHER : folded;
  }
}

/** What lets text be taken run by run with this normaliser and BERT's pre-tokenizer of the same dialect. */
export function bertRunKinds(normalizer: BertNormalizer): RunKinds {
  const { dialect, cleanText, isolateChineseCharacters, lowercase, stripAccents } = normalizer;
  const key = [dialect, cleanText, isolateChineseCharacters, lowercase, stripAccents].join(" ");
  const known = cache.get(key);
  if (known) return known;
  const made = new RunKinds(normalizer);
  cache.set(key, made);
  return made;
}
