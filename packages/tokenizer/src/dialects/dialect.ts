import type { AlignedCharacters } from "../normalizers/aligned-characters.ts";
import type { CharacterData } from "../unicode/character-data.ts";

/** The steps of a BERT normalizer. */
export interface NormalizationSteps {
  readonly cleanText: boolean;
  readonly isolateChineseCharacters: boolean;
  readonly lowercase: boolean;
  readonly stripAccents: boolean;
}

/**
 * The BERT tokenizer to reproduce: `hfFast` of `@bertkit/tokenizer`, `google` or `tfText` of
 * `@bertkit/tokenizer/dialects`.
 */
export interface Dialect {
  readonly name: "hf-fast" | "google" | "tf-text";
  /** Longer words are unknown. */
  readonly maxWordCharacters: number;
  /** The size of a word, given as its UTF-16 units [0, length), to compare with `maxWordCharacters`. */
  wordSize(units: Uint16Array, length: number): number;
  /** Whether special tokens are recognized in text. */
  readonly findsSpecialTokens?: boolean;
  /** If both texts of a pair are truncated to half of an odd length, the longer keeps the odd piece, not the first. */
  readonly oddToLonger?: boolean;
  /** The UTF-16 unit whose lowercase depends on the characters around it, punctuation included. */
  readonly contextualUnit?: number;
  /** Builds the character data, when text first needs them. Call `characterData`, which caches them. */
  readCharacters(): CharacterData;
  /**
   * Returns a function from this dialect's character data to a normalizer with these steps.
   *
   * @throws TokenizerError if this dialect has no such combination.
   */
  normalizing(steps: NormalizationSteps): (data: CharacterData) => (text: string) => AlignedCharacters;
}
