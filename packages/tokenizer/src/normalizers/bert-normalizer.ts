import { checkOptions, checkText } from "../check-options.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { hfFast } from "../dialects/hf-fast.ts";
import { memoize } from "../memoize.ts";
import { characterData } from "../dialects/dialect-characters.ts";
import type { NormalizedText, Normalizer } from "./normalizer.ts";

export interface BertNormalizerOptions {
  /**
   * The BERT tokenizer to reproduce. Default: that of the Rust library `tokenizers`. `google` and `tfText` of
   * `@bertkit/tokenizer/dialects` are google-research/bert's tokenization.py and TF.Text's, of TF Hub's preprocessors.
   */
  readonly dialect?: Dialect;
  /** Remove control characters and U+FFFD; replace all whitespace with spaces. */
  readonly cleanText?: boolean;
  /** Add spaces around each Chinese character. */
  readonly isolateChineseCharacters?: boolean;
  /** True for the uncased models, false for the cased ones. */
  readonly lowercase?: boolean;
  /** Decompose characters and remove accents. Default: the value of `lowercase`. */
  readonly stripAccents?: boolean | undefined;
}

/** Its options, for `checkOptions`. */
export const normalizerKinds: string =
  "dialect:normalizing cleanText:boolean isolateChineseCharacters:boolean lowercase:boolean stripAccents:boolean";

/** BERT's normalizer: clean-up, spaces around Chinese characters, strip accents, lowercase; in the dialect's order. */
export class BertNormalizer implements Normalizer {
  readonly dialect: Dialect;
  readonly cleanText: boolean;
  readonly isolateChineseCharacters: boolean;
  readonly lowercase: boolean;
  /** The given option; undefined follows `lowercase`. */
  readonly stripAccents: boolean | undefined;
  readonly #characters: ReturnType<Dialect["normalizing"]>;

  /** @throws TypeError if `dialect` is not a dialect, for instance the name of one. */
  constructor(options: BertNormalizerOptions = {}) {
    checkOptions("BertNormalizer", options, normalizerKinds);
    const {
      dialect = hfFast,
      cleanText = true,
      isolateChineseCharacters = true,
      lowercase = true,
      stripAccents,
    } = options;
    this.dialect = dialect;
    this.cleanText = cleanText;
    this.isolateChineseCharacters = isolateChineseCharacters;
    this.lowercase = lowercase;
    this.stripAccents = stripAccents;
    this.#characters = memoize(dialect.normalizing({ ...this, stripAccents: stripAccents ?? lowercase }));
  }

  normalize(text: string): NormalizedText {
    checkText("normalize", "text", text);
    // With only U+0020 to U+007E there is nothing to clean, isolate or strip.
    if (/^[ -~]*$/.test(text)) return { text: this.lowercase ? text.toLowerCase() : text };
    return this.#characters(characterData(this.dialect))(text).toText();
  }
}
