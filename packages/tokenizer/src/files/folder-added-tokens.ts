import type { AddedToken } from "../added-tokens/added-token.ts";
import { isText } from "../check-options.ts";
import { defaultAddedTokens } from "../bert-tokenizer.ts";
import type { SpecialTokenNames } from "../special-tokens.ts";
import type { Vocabulary } from "../vocabulary/vocabulary.ts";
import { booleanAt, fileError, isObject, quoted, stringAt, type JsonObject } from "./json-reader.ts";
import { readTokenFlags } from "./token-flags.ts";
import { specialTokenKeyOf } from "./tokenizer-config.ts";

/**
 * The tokens that the files beside vocab.txt or tokenizer.json add, as AutoTokenizer reads them: those of
 * tokenizer_config.json's added_tokens_decoder with their flags, else those of `added`; the special tokens; and the
 * additional special tokens.
 *
 * @param added ids by token, of added_tokens.json or of tokenizer.json
 * @throws TokenizerError if an id belongs to another token, or an additional special token has none
 */
export function folderAddedTokens(
  vocabulary: Vocabulary,
  names: SpecialTokenNames,
  configFile: string,
  config: JsonObject,
  added: JsonObject,
  map: JsonObject,
): AddedToken[] {
  const tokens = new Map<string, AddedToken>();
  for (const token of defaultAddedTokens(vocabulary, Object.values(names), []))
    tokens.set(token.content, { ...token, ...flagsOf(token.content, configFile, [config, map]) });
  const plain = readTokenFlags(configFile, {});
  const decoder = config["added_tokens_decoder"];
  if (isObject(decoder)) {
    for (const [key, entry] of Object.entries(decoder)) {
      const content = isObject(entry) ? stringAt(configFile, entry, "content") : undefined;
      if (!isObject(entry) || content === undefined)
        throw fileError(
          configFile,
          `"added_tokens_decoder" has no content for the id ${key.slice(0, 60)}`,
          "Take all files of a tokenizer from the same place.",
        );
      const flags = readTokenFlags(configFile, entry);
      tokens.set(content, {
        content,
        id: Number(key),
        ...flags,
        normalized: booleanAt(configFile, entry, "normalized") ?? !flags.special,
      });
    }
  } else
    for (const [content, id] of Object.entries(added))
      if (!tokens.has(content)) tokens.set(content, { ...plain, content, id: id as number, normalized: true });
  for (const content of additionalSpecialTokens(config) ?? additionalSpecialTokens(map) ?? []) {
    const id = tokens.get(content)?.id ?? vocabulary.id(content) ?? (added[content] as number | undefined);
    if (id === undefined)
      throw fileError(
        configFile,
        `the additional special token ${quoted(content)} is neither in the vocabulary nor an added token`,
        "Take all files of a tokenizer from the same place, or add the token to the vocabulary.",
      );
    tokens.set(content, { ...plain, ...tokens.get(content), content, id, normalized: false, special: true });
  }
  checkIds([...tokens.values()], vocabulary);
  return [...tokens.values()];
}

/** The flags of a special token that one of the files has as an object. */
function flagsOf(content: string, configFile: string, files: readonly JsonObject[]): Partial<AddedToken> | undefined {
  const given = files
    .flatMap((json) => Object.values(specialTokenKeyOf).map((key) => json[key]))
    .find((value): value is JsonObject => isObject(value) && value["content"] === content);
  return given && { ...readTokenFlags(configFile, given), normalized: false, special: true };
}

function checkIds(tokens: readonly AddedToken[], vocabulary: Vocabulary): void {
  const seen = new Map<number, string>();
  for (const { content, id } of tokens) {
    const known = vocabulary.id(content);
    const other = seen.get(id) ?? (id < vocabulary.size && known !== id ? vocabulary.token(id) : undefined);
    if (Number.isSafeInteger(id) && id >= 0 && other === undefined && (known === undefined || known === id)) {
      seen.set(id, content);
      continue;
    }
    const name = quoted(content);
    throw fileError(
      "added_tokens.json or tokenizer_config.json",
      other === undefined
        ? `${name} has the id ${String(id).slice(0, 60)}, but ${known ?? "none"} in vocab.txt`
        : `${name} has the id ${id}, which is that of ${quoted(other)}`,
      "Take all files of a tokenizer from the same place.",
    );
  }
}

function additionalSpecialTokens(json: JsonObject): string[] | undefined {
  // The key of transformers 5 has a list, or an object with a name for each.
  const lists = [json["extra_special_tokens"], json["additional_special_tokens"]].filter(
    (list) => Object(list) === list,
  );
  if (lists.length === 0) return undefined;
  return lists
    .flatMap((list): unknown[] => Object.values(list as object))
    .map((token) => (isObject(token) ? token["content"] : token))
    .filter(isText);
}
