import type { AddedToken } from "./added-tokens/added-token.ts";
import { WordPieceDecoder } from "./decoders/word-piece-decoder.ts";
import { WordPiece } from "./models/word-piece.ts";
import { BertNormalizer } from "./normalizers/bert-normalizer.ts";
import { bertRunKinds } from "./pipeline/run-kinds.ts";
import { bertTemplate } from "./post-processors/template.ts";
import { BertPreTokenizer } from "./pre-tokenizers/bert-pre-tokenizer.ts";
import { bertSpecialTokenNames, findSpecialTokens } from "./special-tokens.ts";
import type { SpecialTokenNames } from "./special-tokens.ts";
import { Tokenizer } from "./tokenizer.ts";
import { TokenizerError } from "./tokenizer-error.ts";
import type { CharacterDialect } from "./unicode/character-data.ts";
import type { Vocabulary } from "./vocabulary/vocabulary.ts";

export interface BertTokenizerOptions {
  vocabulary: Vocabulary;
  /** True for the uncased models, false for the cased ones. */
  lowercase?: boolean;
  /** Whose BERT tokenizer to equal: the Rust library `tokenizers`, google-research/bert's tokenization.py, or TF.Text's, in TF Hub's preprocessors. */
  dialect?: CharacterDialect;
  /** Follows `lowercase` where not given. */
  stripAccents?: boolean | undefined;
  isolateChineseCharacters?: boolean;
  cleanText?: boolean;
  /** Words of the vocabulary that are one token, as they are, wherever they stand alone: not within a longer word. */
  neverSplit?: readonly string[];
  /** Where the vocabulary spells them otherwise than [PAD], [UNK], [CLS], [SEP], [MASK]. */
  specialTokens?: Partial<SpecialTokenNames>;
  /** In place of those made from the special tokens and `neverSplit`. */
  addedTokens?: readonly AddedToken[];
  /** Longer words are unknown: than 100 code points in hf-fast, 200 in google, 100 bytes of UTF-8 in tf-text. */
  maxWordCharacters?: number;
  continuingPrefix?: string;
  /** The file the vocabulary is from, for errors. */
  vocabularyFile?: string | undefined;
}

/**
 * BERT's tokenizer.
 *
 * hf-fast recognises special tokens written in the text; google and tf-text split "[MASK]" into "[", "mask", "]".
 *
 * @throws TokenizerError if a special token or a `neverSplit` word is not in the vocabulary.
 */
export function bertTokenizer(options: BertTokenizerOptions): Tokenizer {
  const {
    vocabulary,
    lowercase = true,
    dialect = "hf-fast",
    stripAccents,
    isolateChineseCharacters = true,
    cleanText = true,
  } = options;
  const { neverSplit = [], maxWordCharacters = dialect === "google" ? 200 : 100, continuingPrefix = "##" } = options;
  const names = { ...bertSpecialTokenNames, ...options.specialTokens };
  const addedIds = new Map(options.addedTokens?.map((token) => [token.content, token.id]));
  const special = findSpecialTokens(
    names,
    (token) => addedIds.get(token) ?? vocabulary.id(token),
    vocabulary.size,
    options.vocabularyFile,
  );
  const recognised =
    dialect === "hf-fast" ? Object.values(names).filter((token) => vocabulary.id(token) !== undefined) : [];
  const addedTokens = options.addedTokens ?? [
    ...recognised.map((content) => addedToken(content, vocabulary.id(content)!, true)),
    ...neverSplit
      .filter((word) => !recognised.includes(word))
      .map((word) => ({ ...addedToken(word, requiredId(vocabulary, word), false), singleWord: true })),
  ];
  const normalizer = new BertNormalizer({ dialect, cleanText, isolateChineseCharacters, lowercase, stripAccents });
  return new Tokenizer({
    vocabulary,
    special,
    lowercase,
    dialect,
    normalizer,
    preTokenizer: new BertPreTokenizer({ dialect }),
    model: new WordPiece({
      vocabulary,
      unknownToken: names.unknown,
      continuingPrefix,
      maxWordCharacters,
      countBytes: dialect === "tf-text",
    }),
    postProcessor: bertTemplate(special.classification, special.separator),
    decoder: new WordPieceDecoder({ prefix: continuingPrefix }),
    addedTokens,
    runKinds: bertRunKinds(normalizer),
  });
}

function addedToken(content: string, id: number, special: boolean): AddedToken {
  return { content, id, singleWord: false, leftStrip: false, rightStrip: false, normalized: false, special };
}

function requiredId(vocabulary: Vocabulary, word: string): number {
  const id = vocabulary.id(word);
  if (id === undefined)
    throw new TokenizerError(
      "options",
      `bertTokenizer: neverSplit has ${JSON.stringify(word)}, which is not in the vocabulary of ${vocabulary.size}. Leave it out, or put it in the vocabulary.`,
    );
  return id;
}
