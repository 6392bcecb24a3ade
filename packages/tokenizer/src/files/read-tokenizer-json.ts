import { checkOptions } from "../check-options.ts";
import type { AddedToken } from "../added-tokens/added-token.ts";
import { WordPieceDecoder } from "../decoders/word-piece-decoder.ts";
import { hfFast } from "../dialects/hf-fast.ts";
import { WordPiece } from "../models/word-piece.ts";
import { BertNormalizer } from "../normalizers/bert-normalizer.ts";
import { IdentityNormalizer } from "../normalizers/identity-normalizer.ts";
import type { Normalizer } from "../normalizers/normalizer.ts";
import { bertRunKinds } from "../pipeline/run-kinds.ts";
import type { TemplatePart } from "../post-processors/template.ts";
import { BertPreTokenizer } from "../pre-tokenizers/bert-pre-tokenizer.ts";
import type { PreTokenizer } from "../pre-tokenizers/pre-tokenizer.ts";
import { WhitespacePreTokenizer } from "../pre-tokenizers/whitespace-pre-tokenizer.ts";
import { bertSpecialTokenNames, findSpecialTokens, namesWith, type SpecialTokenNames } from "../special-tokens.ts";
import { Tokenizer } from "../tokenizer.ts";
import {
  booleanAt,
  describe,
  fileError,
  objectAt,
  parseJsonFile,
  quoted,
  stringAt,
  type JsonObject,
} from "./json-reader.ts";
import type { Vocabulary } from "../vocabulary/vocabulary.ts";
import { readAddedTokens, readModel } from "./tokenizer-json-model.ts";
import { readPostProcessor } from "./tokenizer-json-template.ts";

const file = "tokenizer.json";

/**
 * Two tokens with one id would share an embedding, and after a gap the Rust library gives other ids than the file has:
 * the next ones, with a warning.
 */
function checkOwnIds(addedTokens: readonly AddedToken[], vocabulary: Vocabulary): void {
  const seen: string[] = [];
  for (const { id, content } of addedTokens) {
    const other = id < vocabulary.size ? vocabulary.token(id) : (seen[id] ??= content);
    if (other !== content)
      throw fileError(
        file,
        `added_tokens gives id ${id} to both ${quoted(other)} and ${quoted(content)}`,
        "Give each token its own id.",
      );
  }
  for (let id = vocabulary.size; id < seen.length; id++)
    if (seen[id] === undefined)
      throw fileError(
        file,
        `added_tokens has ids up to ${seen.length - 1}, but no token has the id ${id}`,
        "Give the tokens beyond the vocabulary the next ids, without gaps.",
      );
}

export interface TokenizerJsonOverrides {
  readonly lowercase?: boolean | undefined;
  readonly stripAccents?: boolean | undefined;
  readonly isolateChineseCharacters?: boolean | undefined;
  readonly specialTokens?: Partial<SpecialTokenNames>;
}

/**
 * Creates the tokenizer of a tokenizer.json, in the hf-fast dialect. Truncation and padding settings in the file are
 * ignored: here they are arguments of `encode`. The file does not say which tokens are for padding and masks, unless it
 * has a padding section: if they are not [PAD] and [MASK], pass `specialTokens`, as tokenizer_config.json has them.
 *
 * @param source the text of the file, or the parsed object.
 * @throws TokenizerError if the file is damaged or not of a BERT tokenizer, with the key.
 */
export function tokenizerFromJson(source: string | object, overrides: TokenizerJsonOverrides = {}): Tokenizer {
  return readTokenizerJson(source, overrides, () => []);
}

/**
 * Tokens that other files of a folder add: those that are not listed get the id that they have in the vocabulary.
 *
 * @param listed the tokens that tokenizer.json adds
 */
export type OtherAddedTokens = (
  vocabulary: Vocabulary,
  names: SpecialTokenNames,
  listed: readonly AddedToken[],
) => readonly AddedToken[];

/** As `tokenizerFromJson`, with the tokens of other files. */
export function readTokenizerJson(
  source: string | object,
  overrides: TokenizerJsonOverrides,
  others: OtherAddedTokens,
): Tokenizer {
  checkOptions(
    "tokenizerFromJson",
    overrides,
    "lowercase:boolean stripAccents:boolean isolateChineseCharacters:boolean specialTokens:",
  );
  const root = parseJsonFile(file, source);
  const listed = readAddedTokens(root);
  const section = readModel(root, listed);
  const { vocabulary } = section;
  // If the two differ, the Rust library keeps the id of the vocabulary.
  const own = listed.map((token) => ({ ...token, id: vocabulary.id(token.content) ?? token.id }));
  checkOwnIds(own, vocabulary);
  const postProcessor = readPostProcessor(root);
  const normalizer = readNormalizer(objectAt(file, root, "normalizer"), overrides);
  const preTokenizer = readPreTokenizer(objectAt(file, root, "pre_tokenizer"));
  const decoder = readDecoder(objectAt(file, root, "decoder"));
  const put = postProcessor.single.filter(
    (part): part is Exclude<TemplatePart, { sequence: 0 | 1 }> => "token" in part,
  );
  const padding = objectAt(file, root, "padding");
  const ownNames: SpecialTokenNames = {
    ...bertSpecialTokenNames,
    unknown: section.unknownToken,
    ...(put.length === 2 ? { classification: put[0]!.token, separator: put[1]!.token } : {}),
    ...(padding ? { padding: stringAt(file, padding, "pad_token") ?? bertSpecialTokenNames.padding } : {}),
  };
  const names = namesWith(ownNames, overrides.specialTokens, "tokenizerFromJson");
  const contents = new Set(own.map(({ content }) => content));
  const addedTokens = [...own, ...others(vocabulary, names, own).filter(({ content }) => !contents.has(content))];
  checkOwnIds(addedTokens, vocabulary);
  const ids = new Map(addedTokens.map((token) => [token.content, token.id]));
  return new Tokenizer({
    vocabulary,
    special: findSpecialTokens(names, (token) => ids.get(token) ?? vocabulary.id(token), vocabulary.size, file),
    lowercase: normalizer instanceof BertNormalizer && normalizer.lowercase,
    dialect: hfFast,
    normalizer,
    preTokenizer,
    model: new WordPiece(section),
    postProcessor,
    decoder,
    addedTokens,
    runKinds:
      normalizer instanceof BertNormalizer && preTokenizer instanceof BertPreTokenizer
        ? bertRunKinds(normalizer)
        : undefined,
  });
}

function readNormalizer(section: JsonObject | undefined, overrides: TokenizerJsonOverrides): Normalizer {
  if (!section) return new IdentityNormalizer();
  if (section["type"] !== "BertNormalizer")
    throw fileError(
      file,
      `normalizer is ${describe(section["type"])}, only BertNormalizer is supported`,
      "Build the tokenizer from vocab.txt with bertTokenizer, or from your own parts with new Tokenizer.",
    );
  return new BertNormalizer({
    cleanText: booleanAt(file, section, "clean_text") ?? true,
    isolateChineseCharacters:
      overrides.isolateChineseCharacters ?? booleanAt(file, section, "handle_chinese_chars") ?? true,
    lowercase: overrides.lowercase ?? booleanAt(file, section, "lowercase") ?? true,
    stripAccents: overrides.stripAccents ?? booleanAt(file, section, "strip_accents"),
  });
}

/** Without a decoder, words are joined as with WordPiece's, which every BERT has. */
function readDecoder(section: JsonObject | undefined): WordPieceDecoder {
  if (section !== undefined && section["type"] !== "WordPiece")
    throw fileError(
      file,
      `decoder is ${describe(section["type"])}, only WordPiece is supported`,
      "Build the tokenizer from vocab.txt with bertTokenizer, or from your own parts with new Tokenizer.",
    );
  return new WordPieceDecoder({
    prefix: (section && stringAt(file, section, "prefix")) ?? "##",
    cleanUp: (section && booleanAt(file, section, "cleanup")) ?? true,
  });
}

function readPreTokenizer(section: JsonObject | undefined): PreTokenizer {
  if (section?.["type"] === "BertPreTokenizer") return new BertPreTokenizer();
  if (section?.["type"] === "Whitespace") return new WhitespacePreTokenizer();
  throw fileError(
    file,
    `pre_tokenizer is ${describe(section?.["type"] ?? null)}, only BertPreTokenizer and Whitespace are supported`,
    "Build the tokenizer from vocab.txt with bertTokenizer, or from your own parts with new Tokenizer.",
  );
}
