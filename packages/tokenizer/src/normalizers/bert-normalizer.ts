import { TokenizerError } from "../tokenizer-error.ts";
import { characterData, CHINESE, DROPPED, NONSPACING_MARK, SPACE, UPPERCASE } from "../unicode/character-data.ts";
import type { CharacterData, CharacterDialect } from "../unicode/character-data.ts";
import { AlignedCharacters } from "./aligned-characters.ts";
import { decompose } from "./decompose.ts";
import { fold } from "./fold.ts";
import { isCapitalSigma, lowerSigma } from "./final-sigma.ts";
import type { NormalizedText, Normalizer } from "./normalizer.ts";

export interface BertNormalizerOptions {
  dialect?: CharacterDialect;
  /** Remove control characters and U+FFFD; make every white space a plain space. */
  cleanText?: boolean;
  /** Put a space on both sides of each Chinese character. */
  isolateChineseCharacters?: boolean;
  lowercase?: boolean;
  /** Decompose and remove accents; follows `lowercase` where not given. */
  stripAccents?: boolean | undefined;
}

/**
 * BERT's normalisation: clean-up, Chinese characters apart, accents off, lower case.
 *
 * hf-fast strips accents first and lower-cases character by character; google lower-cases each white-space
 * separated token first, so that a last capital sigma becomes ς (google-research/bert, tokenization.py). tf-text folds
 * compatibility characters and case (NFKC_Casefold), strips accents, and makes control characters spaces.
 */
export class BertNormalizer implements Normalizer {
  readonly dialect: CharacterDialect;
  readonly cleanText: boolean;
  readonly isolateChineseCharacters: boolean;
  readonly lowercase: boolean;
  /** As given: undefined follows `lowercase`. */
  readonly stripAccents: boolean | undefined;
  readonly #data: CharacterData;

  constructor(options: BertNormalizerOptions = {}) {
    const {
      dialect = "hf-fast",
      cleanText = true,
      isolateChineseCharacters = true,
      lowercase = true,
      stripAccents,
    } = options;
    if (dialect === "tf-text" && (!cleanText || (stripAccents ?? lowercase) !== lowercase)) {
      throw new TokenizerError(
        "options",
        `BertNormalizer: the tf-text dialect always cleans text, and takes accents off with lower case and only then, got cleanText ${cleanText}, lowercase ${lowercase}, stripAccents ${stripAccents}. Leave cleanText and stripAccents out, or take another dialect.`,
      );
    }
    this.dialect = dialect;
    this.cleanText = cleanText;
    this.isolateChineseCharacters = isolateChineseCharacters;
    this.lowercase = lowercase;
    this.stripAccents = stripAccents;
    this.#data = characterData(dialect);
  }

  normalize(text: string): NormalizedText {
    if (isPlainAscii(text))
      return { text: this.lowercase ? text.toLowerCase() : text, starts: undefined, ends: undefined };
    const characters = this.dialect === "tf-text" ? this.#likeTfText(text) : this.#likePython(text);
    return characters.toText();
  }

  #likePython(text: string): AlignedCharacters {
    const { flags } = this.#data;
    let characters = this.#clean(charactersOf(text, this.dialect !== "google"));
    if (this.dialect === "google" && this.lowercase) characters = this.#lower(characters);
    if (this.stripAccents ?? this.lowercase) characters = withoutAccents(decompose(characters, flags), flags);
    if (this.dialect !== "google" && this.lowercase) characters = this.#lower(characters);
    return characters;
  }

  /** BasicTokenizer of TF.Text: folding and accents first, then control characters become spaces. */
  #likeTfText(text: string): AlignedCharacters {
    const { flags } = this.#data;
    let characters = charactersOf(text, true);
    if (this.lowercase) characters = withoutAccents(decompose(fold(characters, this.#data), flags), flags);
    return this.#clean(characters);
  }

  #clean(input: AlignedCharacters): AlignedCharacters {
    const { flags } = this.#data;
    const output = new AlignedCharacters();
    for (let i = 0; i < input.length; i++) {
      let point = input.points[i]!;
      const start = input.starts[i]!;
      const end = input.ends[i]!;
      if (this.cleanText) {
        if (flags[point]! & SPACE) point = 32;
        else if (flags[point]! & DROPPED && this.dialect !== "tf-text") continue;
      }
      const apart = this.isolateChineseCharacters && flags[point]! & CHINESE;
      if (apart) output.push(32, start, end);
      output.push(point, start, end);
      if (apart) output.push(32, start, end);
    }
    return output;
  }

  #lower(input: AlignedCharacters): AlignedCharacters {
    const { flags, lowercase } = this.#data;
    const output = new AlignedCharacters();
    const { points } = input;
    for (let i = 0; i < points.length; i++) {
      const point = points[i]!;
      const start = input.starts[i]!;
      const end = input.ends[i]!;
      if (!(flags[point]! & UPPERCASE)) output.push(point, start, end);
      else if (point === 0x130) {
        output.push(0x69, start, end);
        output.push(0x307, start, end);
      } else if (this.dialect === "google" && isCapitalSigma(point)) {
        output.push(lowerSigma(points, i), start, end);
      } else output.push(lowercase.get(point)!, start, end);
    }
    return output;
  }
}

/** A text's code points. Rust and TensorFlow are given UTF-8, where a lone surrogate is U+FFFD; Python keeps it. */
function charactersOf(text: string, replaceSurrogates: boolean): AlignedCharacters {
  const characters = new AlignedCharacters();
  for (let start = 0, end = 0; start < text.length; start = end) {
    const point = text.codePointAt(start)!;
    end = start + (point > 0xffff ? 2 : 1);
    characters.push(replaceSurrogates && point >= 0xd800 && point <= 0xdfff ? 0xfffd : point, start, end);
  }
  return characters;
}

function withoutAccents(input: AlignedCharacters, flags: Uint8Array): AlignedCharacters {
  const output = new AlignedCharacters();
  for (let i = 0; i < input.length; i++) {
    const point = input.points[i]!;
    if (!(flags[point]! & NONSPACING_MARK)) output.push(point, input.starts[i]!, input.ends[i]!);
  }
  return output;
}

/** Only U+0020 to U+007E: nothing to clean, isolate or strip. */
function isPlainAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x20 || unit > 0x7e) return false;
  }
  return true;
}
