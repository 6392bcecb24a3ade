import { checkList, checkText, checkTexts, type NoText } from "@bertkit/checks";
import { checkOptions, reject } from "../check-options.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { hfFast } from "../dialects/hf-fast.ts";
import { BertNormalizer } from "../normalizers/bert-normalizer.ts";
import { BertPreTokenizer } from "../pre-tokenizers/bert-pre-tokenizer.ts";
import { bertSpecialTokenNames } from "../special-tokens.ts";
import { TokenizerError } from "../tokenizer-error.ts";
import { Vocabulary } from "../vocabulary/vocabulary.ts";
import { findAlphabet } from "./alphabet.ts";
import { mergePieces } from "./merge-pieces.ts";
import { WordCounts } from "./word-counts.ts";

export interface TrainWordPieceOptions {
  /** Number of pieces, special tokens included. Fewer are returned if the corpus has no more pairs. */
  readonly vocabularySize: number;
  /** Minimum count of a pair to be merged. Default 2. */
  readonly minFrequency?: number;
  /** Maximum number of distinct characters; others are removed from the words. Default 1000. */
  readonly limitAlphabet?: number;
  /** Characters that are always kept. Default none. */
  readonly initialAlphabet?: readonly string[];
  /** The tokens with the first ids, in order. */
  readonly specialTokens?: readonly string[];
  readonly lowercase?: boolean;
  readonly stripAccents?: boolean | undefined;
  readonly isolateChineseCharacters?: boolean;
  readonly dialect?: Dialect;
  readonly continuingPrefix?: string;
  readonly onProgress?: (progress: TrainingProgress) => void;
}

export type TrainingProgress =
  | { readonly phase: "counting"; readonly texts: number; readonly words: number }
  | { readonly phase: "merging"; readonly pieces: number; readonly vocabularySize: number };

const kinds =
  "vocabularySize:1 minFrequency:0 limitAlphabet:0 initialAlphabet: specialTokens: lowercase:boolean stripAccents:boolean isolateChineseCharacters:boolean dialect:normalizing continuingPrefix:string onProgress:function";

/**
 * Trains a WordPiece vocabulary. The same corpus in the same order gives the same vocabulary on any machine.
 *
 * @param corpus texts of any length, read once.
 * @throws TokenizerError if the corpus has no word, or its characters alone exceed vocabularySize.
 */
export async function trainWordPiece(
  corpus: (Iterable<string> & NoText) | AsyncIterable<string>,
  options: TrainWordPieceOptions,
): Promise<Vocabulary> {
  checkList("trainWordPiece", "the corpus", corpus, "texts");
  checkOptions("trainWordPiece", options, kinds);
  const {
    vocabularySize,
    minFrequency = 2,
    limitAlphabet = 1000,
    initialAlphabet = [],
    specialTokens = Object.values(bertSpecialTokenNames),
  } = options;
  if (vocabularySize === undefined)
    reject(RangeError, "trainWordPiece", "vocabularySize", "a whole number of at least 1", vocabularySize);
  checkTexts("trainWordPiece", "initialAlphabet", initialAlphabet);
  checkTexts("trainWordPiece", "specialTokens", specialTokens);
  const { continuingPrefix = "##", onProgress } = options;
  const words = await countWords(corpus, options);
  if (words.counts.size === 0)
    throw new TokenizerError(
      "training",
      "trainWordPiece: the corpus has no word. Check that it yields texts and was not consumed before: an iterator runs only once.",
    );
  const alphabet = findAlphabet(words, limitAlphabet, initialAlphabet);
  const tokens = mergePieces({
    words,
    alphabet,
    specialTokens,
    vocabularySize,
    minFrequency,
    continuingPrefix,
    onMerge: onProgress && ((pieces) => pieces % 256 === 0 && onProgress({ phase: "merging", pieces, vocabularySize })),
  });
  if (tokens.length > vocabularySize) {
    throw new TokenizerError(
      "training",
      `trainWordPiece: special tokens and single characters alone take ${tokens.length} pieces, got vocabularySize ${vocabularySize}. Raise vocabularySize, or lower limitAlphabet (now ${limitAlphabet}).`,
    );
  }
  return new Vocabulary(tokens);
}

async function countWords(
  corpus: Iterable<string> | AsyncIterable<string>,
  options: TrainWordPieceOptions,
): Promise<WordCounts> {
  const { lowercase = true, stripAccents, isolateChineseCharacters = true, dialect = hfFast, onProgress } = options;
  const normalizer = new BertNormalizer({ dialect, lowercase, stripAccents, isolateChineseCharacters });
  const preTokenizer = new BertPreTokenizer({ dialect });
  const words = new WordCounts();
  // Counts whitespace-separated tokens first, so that each distinct one is normalized once. No dialect looks across
  // whitespace.
  const tokens = new WordCounts();
  let texts = 0;
  for await (const text of corpus) {
    checkText("trainWordPiece", `text ${texts} of the corpus`, text, "Leave it out.");
    for (const token of text.split(whiteSpace)) if (token !== "") tokens.add(token);
    if (++texts % 1024 === 0) onProgress?.({ phase: "counting", texts, words: tokens.counts.size });
  }
  for (const [token, count] of tokens.counts) {
    tokens.counts.delete(token); // so that the two maps are not in memory together
    const normalized = normalizer.normalize(token).text;
    preTokenizer.split(normalized, 0, normalized.length, (start, end) =>
      words.add(normalized.slice(start, end), count),
    );
  }
  onProgress?.({ phase: "counting", texts, words: words.counts.size });
  return words;
}

const whiteSpace = /[ \t\n\r\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;
