import type { Dialect } from "../dialects/dialect.ts";
import { hfFast } from "../dialects/hf-fast.ts";
import { remembered } from "../remembered.ts";
import { TokenizerError } from "../tokenizer-error.ts";
import { characterData } from "../unicode/character-data.ts";
import type { NormalizedText, Normalizer } from "./normalizer.ts";

export interface BertNormalizerOptions {
  /** Whose BERT tokenizer to equal: the Rust library `tokenizers` unless given; `google` and `tfText` of `@bertkit/tokenizer/dialects` are google-research/bert's tokenization.py and TF.Text's, in TF Hub's preprocessors. */
  dialect?: Dialect;
  /** Remove control characters and U+FFFD; make every white space a plain space. */
  cleanText?: boolean;
  /** Put a space on both sides of each Chinese character. */
  isolateChineseCharacters?: boolean;
  /** True for the uncased models, false for the cased ones. */
  lowercase?: boolean;
  /** Decompose and remove accents; follows `lowercase` where not given. */
  stripAccents?: boolean | undefined;
}

/** BERT's normalisation: clean-up, Chinese characters apart, accents off, lower case; the dialect says how and in which order. */
export class BertNormalizer implements Normalizer {
  readonly dialect: Dialect;
  readonly cleanText: boolean;
  readonly isolateChineseCharacters: boolean;
  readonly lowercase: boolean;
  /** As given: undefined follows `lowercase`. */
  readonly stripAccents: boolean | undefined;
  readonly #characters: ReturnType<Dialect["normalizing"]>;

  /** @throws TokenizerError if the dialect is no dialect, such as the name of one. */
  constructor(options: BertNormalizerOptions = {}) {
    const {
      dialect = hfFast,
      cleanText = true,
      isolateChineseCharacters = true,
      lowercase = true,
      stripAccents,
    } = options;
    if (typeof dialect !== "object")
      throw new TokenizerError(
        "options",
        `dialect: got ${dialect as string}. Import it from @bertkit/tokenizer/dialects.`,
      );
    this.dialect = dialect;
    this.cleanText = cleanText;
    this.isolateChineseCharacters = isolateChineseCharacters;
    this.lowercase = lowercase;
    this.stripAccents = stripAccents;
    this.#characters = remembered(dialect.normalizing({ ...this, stripAccents: stripAccents ?? lowercase }));
  }

  normalize(text: string): NormalizedText {
    // Only U+0020 to U+007E: nothing to clean, isolate or strip.
    if (/^[ -~]*$/.test(text)) return { text: this.lowercase ? text.toLowerCase() : text };
    return this.#characters(characterData(this.dialect))(text).toText();
  }
}
