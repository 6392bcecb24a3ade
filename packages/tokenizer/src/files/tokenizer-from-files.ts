import { bertTokenizer } from "../bert-tokenizer.ts";
import type { Tokenizer } from "../tokenizer.ts";
import { TokenizerError } from "../tokenizer-error.ts";
import { parseVocabulary } from "../vocabulary/parse-vocabulary.ts";
import { booleanAt, isObject, parseJsonFile, quoted, stringAt } from "./json-reader.ts";
import type { JsonObject } from "./json-reader.ts";
import { tokenizerFromJson } from "./read-tokenizer-json.ts";
import { readSpecialTokenNames } from "./tokenizer-config.ts";

/** The contents of a checkpoint's files; `vocab` or `tokenizerJson` is required. */
export interface TokenizerFiles {
  /** vocab.txt */
  vocab?: string | undefined;
  /** tokenizer.json */
  tokenizerJson?: string | object | undefined;
  /** tokenizer_config.json */
  tokenizerConfig?: string | object | undefined;
  /** special_tokens_map.json */
  specialTokensMap?: string | object | undefined;
  /**
   * The checkpoint's name, such as bert-base-uncased. Default: that in tokenizer_config.json. "" disables the check.
   */
  name?: string | undefined;
}

const configFile = "tokenizer_config.json";
const mapFile = "special_tokens_map.json";

/**
 * Creates the tokenizer of a checkpoint. As in Hugging Face's libraries, tokenizer_config.json overrides
 * tokenizer.json, which overrides vocab.txt. With vocab.txt alone, text is lowercased unless the name says cased.
 *
 * @throws TokenizerError on an invalid file, with its name and the key.
 */
export function tokenizerFromFiles({
  vocab,
  tokenizerJson,
  tokenizerConfig,
  specialTokensMap,
  name,
}: TokenizerFiles): Tokenizer {
  const config: JsonObject = tokenizerConfig === undefined ? {} : parseJsonFile(configFile, tokenizerConfig);
  const map: JsonObject = specialTokensMap === undefined ? {} : parseJsonFile(mapFile, specialTokensMap);
  const options = {
    lowercase: booleanAt(configFile, config, "do_lower_case"),
    stripAccents: booleanAt(configFile, config, "strip_accents"),
    isolateChineseCharacters: booleanAt(configFile, config, "tokenize_chinese_chars"),
    specialTokens: { ...readSpecialTokenNames(mapFile, map), ...readSpecialTokenNames(configFile, config) },
  };
  const checkpoint = name ?? stringAt(configFile, config, "name_or_path") ?? "";
  if (tokenizerJson !== undefined) {
    const tokenizer = tokenizerFromJson(tokenizerJson, options);
    const key =
      options.lowercase === undefined ? "tokenizer.json: normalizer.lowercase" : `${configFile}: do_lower_case`;
    checkCase(checkpoint, tokenizer.lowercase, key);
    return tokenizer;
  }
  if (vocab === undefined)
    throw new TokenizerError(
      "file",
      "tokenizerFromFiles: got neither vocab.txt nor tokenizer.json. Pass the text of one: { vocab } or { tokenizerJson }.",
    );
  const vocabulary = parseVocabulary(vocab);
  const neverSplit = Array.isArray(config["never_split"])
    ? config["never_split"].filter((word): word is string => typeof word === "string")
    : [];
  const decoder = isObject(config["added_tokens_decoder"]) ? config["added_tokens_decoder"] : {};
  const unknownIds = Object.keys(decoder).filter((id) => Number(id) >= vocabulary.size);
  if (unknownIds.length > 0)
    throw new TokenizerError(
      "file",
      `${configFile}: added_tokens_decoder has ids ${unknownIds.slice(0, 8).join(", ")}${unknownIds.length > 8 ? ", …" : ""}, but vocab.txt has ${vocabulary.size} lines. Pass tokenizer.json too, or add the tokens to vocab.txt.`,
    );
  const lowercase = options.lowercase ?? lowercaseOf(checkpoint) ?? true;
  checkCase(checkpoint, lowercase, `${configFile}: do_lower_case`);
  return bertTokenizer({
    vocabulary,
    vocabularyFile: "vocab.txt",
    lowercase,
    stripAccents: options.stripAccents,
    isolateChineseCharacters: options.isolateChineseCharacters ?? true,
    specialTokens: options.specialTokens,
    neverSplit,
  });
}

/** Whether a checkpoint's name says uncased (true) or cased (false); undefined for neither. */
function lowercaseOf(name: string): boolean | undefined {
  const found = /(?:^|[-_/\\])(un)?cased(?=$|[-_/\\])/i.exec(name);
  return found ? found[1] !== undefined : undefined;
}

/** As google-research/bert's validate_case_matches_checkpoint: with the wrong case nearly every word gets wrong ids. */
function checkCase(name: string, lowercase: boolean, key: string): void {
  const expected = lowercaseOf(name);
  if (expected === undefined || expected === lowercase) return;
  throw new TokenizerError(
    "file",
    `${key} is ${lowercase}, but the name ${quoted(name)} says ${expected ? "uncased" : "cased"}. Correct the flag, or pass name: "" if the name is wrong.`,
  );
}
