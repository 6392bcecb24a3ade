import type { AlignedCharacters } from "../normalizers/aligned-characters.ts";
import type { CharacterData } from "../unicode/character-data.ts";

/** What a BERT normaliser is asked to do. */
export interface NormalizationSteps {
  readonly cleanText: boolean;
  readonly isolateChineseCharacters: boolean;
  readonly lowercase: boolean;
  readonly stripAccents: boolean;
}

/** Whose BERT tokenizer to equal: `hfFast` of `@bertkit/tokenizer`, `google` or `tfText` of `@bertkit/tokenizer/dialects`. */
export interface Dialect {
  readonly name: "hf-fast" | "google" | "tf-text";
  /** Longer words are unknown. */
  readonly maxWordCharacters: number;
  /** What `maxWordCharacters` counts of a word given as its UTF-16 units [0, length). */
  wordSize(units: Uint16Array, length: number): number;
  /** Special tokens written in text are those tokens. */
  readonly findsSpecialTokens?: boolean;
  /** Where a pair is cut to half and a piece is over, the longer text keeps it, not the first. */
  readonly oddToLonger?: boolean;
  /** The UTF-16 unit whose lower case depends on what is around it, punctuation too. */
  readonly contextualUnit?: number;
  /** Makes the character data; `characterData` keeps them. Asked for when text first needs them. */
  readCharacters(): CharacterData;
  /**
   * Takes this dialect's character data, and gives what normalises text by these steps.
   *
   * @throws TokenizerError if this dialect has no such combination.
   */
  normalizing(steps: NormalizationSteps): (data: CharacterData) => (text: string) => AlignedCharacters;
}
