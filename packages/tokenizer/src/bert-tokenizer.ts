import type { AddedToken } from "./added-tokens/added-token.ts";
import { checkArray, checkOptions, reject } from "./check-options.ts";
import { WordPieceDecoder } from "./decoders/word-piece-decoder.ts";
import { WordPiece } from "./models/word-piece.ts";
import { requireToken } from "./require-token.ts";
import { BertNormalizer, type BertNormalizerOptions, normalizerKinds } from "./normalizers/bert-normalizer.ts";
import { bertRunKinds } from "./pipeline/run-kinds.ts";
import { bertTemplate } from "./post-processors/template.ts";
import { BertPreTokenizer } from "./pre-tokenizers/bert-pre-tokenizer.ts";
import { bertSpecialTokenNames, findSpecialTokens, namesWith, type SpecialTokenNames } from "./special-tokens.ts";
import { Tokenizer } from "./tokenizer.ts";
import type { Vocabulary } from "./vocabulary/vocabulary.ts";

export interface BertTokenizerOptions extends BertNormalizerOptions {
  readonly vocabulary: Vocabulary;
  /** Words of the vocabulary that stay one token, unchanged, unless they are part of a longer word. */
  readonly neverSplit?: readonly string[];
  /** Default: [PAD], [UNK], [CLS], [SEP], [MASK]. */
  readonly specialTokens?: Partial<SpecialTokenNames>;
  /** Replaces those derived from the special tokens and `neverSplit`. */
  readonly addedTokens?: readonly AddedToken[];
  /** Longer words are unknown. Default: 100 code points in hf-fast, 200 in google, 100 UTF-8 bytes in tf-text. */
  readonly maxWordCharacters?: number;
  readonly continuingPrefix?: string;
  /** The file of the vocabulary, for error messages. */
  readonly vocabularyFile?: string | undefined;
}

/**
 * BERT's tokenizer.
 *
 * hf-fast recognizes special tokens in the text; google and tf-text split "[MASK]" into "[", "mask", "]".
 *
 * @throws TokenizerError if a special token or a `neverSplit` word is not in the vocabulary.
 */
export function bertTokenizer(options: BertTokenizerOptions): Tokenizer {
  checkOptions(
    "bertTokenizer",
    options,
    `${normalizerKinds} vocabulary: neverSplit: specialTokens: addedTokens: maxWordCharacters:1 continuingPrefix:string vocabularyFile:string`,
  );
  const {
    vocabulary,
    neverSplit = [],
    specialTokens,
    addedTokens,
    vocabularyFile = "bertTokenizer",
    maxWordCharacters,
    continuingPrefix,
    ...normalizing
  } = options;
  if (!vocabulary?.trie) reject(TypeError, "bertTokenizer", "vocabulary", "a Vocabulary", vocabulary);
  checkArray("bertTokenizer", "neverSplit", neverSplit);
  checkArray(
    "bertTokenizer",
    "addedTokens",
    addedTokens ?? [],
    "{ content, id }",
    (token: AddedToken) => typeof token?.content === "string" && token.id >= 0,
  );
  const normalizer = new BertNormalizer(normalizing);
  const { dialect, lowercase } = normalizer;
  const names = namesWith(bertSpecialTokenNames, specialTokens, "bertTokenizer");
  const special = findSpecialTokens(
    names,
    (token) => addedTokens?.find(({ content }) => content === token)?.id ?? vocabulary.id(token),
    vocabulary.size,
    vocabularyFile,
  );
  const model = new WordPiece({
    vocabulary,
    dialect,
    maxWordCharacters,
    continuingPrefix,
    unknownToken: names.unknown,
  });
  return new Tokenizer({
    vocabulary,
    special,
    lowercase,
    dialect,
    normalizer,
    preTokenizer: new BertPreTokenizer({ dialect }),
    model,
    postProcessor: bertTemplate(special.classification, special.separator),
    decoder: new WordPieceDecoder({ prefix: model.continuingPrefix }),
    addedTokens:
      addedTokens ?? defaultAddedTokens(vocabulary, dialect.findsSpecialTokens ? Object.values(names) : [], neverSplit),
    runKinds: bertRunKinds(normalizer),
  });
}

/** The special tokens in the vocabulary, and the `neverSplit` words. */
export function defaultAddedTokens(
  vocabulary: Vocabulary,
  special: readonly string[],
  neverSplit: readonly string[],
): readonly AddedToken[] {
  const tokens = new Map<string, AddedToken>();
  for (const content of [...special, ...neverSplit]) {
    const found = vocabulary.id(content);
    const isSpecial = special.includes(content);
    if (isSpecial && found === undefined) continue;
    const id = requireToken(found, "bertTokenizer: neverSplit's", content, vocabulary.size, "omit it");
    tokens.set(content, {
      content,
      id,
      singleWord: !isSpecial,
      special: isSpecial,
      leftStrip: false,
      rightStrip: false,
      normalized: false,
    });
  }
  return [...tokens.values()];
}
