import type { AddedToken } from "../added-tokens/added-token.ts";
import { Vocabulary } from "../vocabulary/vocabulary.ts";
import { countAt, describe, fileError, isObject, objectAt, quoted, stringAt, type JsonObject } from "./json-reader.ts";
import { readTokenFlags } from "./token-flags.ts";

const file = "tokenizer.json";
/** In characters: the time for a word is at worst quadratic. Published BERTs have 100. */
const longestWord = 10_000;
const maxAddedTokens = 16_384;
/** In characters: matching may take this many steps per character of the text. */
const longestAddedToken = 256;
/** Ids have 24 bits in the trie; larger integers are not exact in float32. */
const maxId = 0xffffff;

/** The validated `model` of a tokenizer.json, a WordPiece. */
export interface WordPieceSection {
  readonly vocabulary: Vocabulary;
  readonly unknownToken: string;
  readonly continuingPrefix: string;
  readonly maxWordCharacters: number;
}

export function readModel(root: JsonObject, addedTokens: readonly AddedToken[]): WordPieceSection {
  const model = objectAt(file, root, "model");
  if (!model)
    throw fileError(file, "has no model", "Check that this is a tokenizer.json and not tokenizer_config.json.");
  const type =
    stringAt(file, model, "type") ?? ("max_input_chars_per_word" in model ? "WordPiece" : "of no stated type");
  if (type !== "WordPiece")
    throw fileError(
      file,
      `model is ${type}, but BERT's is WordPiece`,
      "This tokenizer belongs to another kind of model; use the files of a BERT checkpoint.",
    );
  const vocabulary = readVocabulary(objectAt(file, model, "vocab"), addedTokens);
  return {
    vocabulary,
    unknownToken: stringAt(file, model, "unk_token") ?? "[UNK]",
    continuingPrefix: stringAt(file, model, "continuing_subword_prefix") ?? "##",
    maxWordCharacters: countAt(file, model, "max_input_chars_per_word", { min: 1, max: longestWord }) ?? 100,
  };
}

function readVocabulary(vocab: JsonObject | undefined, addedTokens: readonly AddedToken[]): Vocabulary {
  if (!vocab) throw fileError(file, "model.vocab is missing", "Write the file again with the library that made it.");
  const names = Object.keys(vocab); // entries would take twice the time of all the rest
  const tokens: string[] = new Array(names.length);
  for (const token of names) {
    const id = vocab[token];
    if (typeof id !== "number" || !Number.isInteger(id) || id < 0 || id > maxId)
      throw fileError(
        file,
        `model.vocab has ${describe(id)} as the id of ${quoted(token)}`,
        `Ids are whole numbers from 0 to ${maxId}, without gaps.`,
      );
    if (tokens[id] !== undefined)
      throw fileError(
        file,
        `model.vocab gives id ${id} to both ${quoted(tokens[id])} and ${quoted(token)}`,
        "Give each token its own id.",
      );
    tokens[id] = token;
  }
  for (const { id, content } of addedTokens) if (id < tokens.length) tokens[id] ??= content;
  for (let id = 0; id < tokens.length; id++) {
    if (tokens[id] === undefined)
      throw fileError(
        file,
        `model.vocab has no token with id ${id}, but ids up to ${tokens.length - 1}`,
        "A duplicate token in the file leaves such a gap: rename the first.",
      );
  }
  return new Vocabulary(tokens);
}

export function readAddedTokens(root: JsonObject): AddedToken[] {
  const list = root["added_tokens"] ?? [];
  if (!Array.isArray(list))
    throw fileError(
      file,
      `added_tokens must be a list, got ${describe(list)}`,
      "Write the file again with the library that made it.",
    );
  if (list.length > maxAddedTokens)
    throw fileError(
      file,
      `added_tokens has ${list.length} tokens, the maximum is ${maxAddedTokens}`,
      "Put ordinary tokens into model.vocab.",
    );
  return list.map((item: unknown, i) => {
    const content = isObject(item) ? stringAt(file, item, "content") : undefined;
    const id = isObject(item) ? countAt(file, item, "id", { max: maxId }) : undefined;
    if (!isObject(item) || content === undefined || id === undefined)
      throw fileError(
        file,
        `added_tokens[${i}] must have a content and an id, got ${describe(item)}`,
        "Write the file again with the library that made it.",
      );
    if (content.length > longestAddedToken)
      throw fileError(
        file,
        `added_tokens[${i}] has a content of ${content.length} characters, the maximum is ${longestAddedToken}`,
        "Check that the file is not damaged.",
      );
    return { content, id, ...readTokenFlags(file, item) };
  });
}
