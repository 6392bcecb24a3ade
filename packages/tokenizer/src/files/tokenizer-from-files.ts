import { standIn } from "@bertkit/checks";
import type { AddedToken } from "../added-tokens/added-token.ts";
import { bertTokenizer, defaultAddedTokens } from "../bert-tokenizer.ts";
import { checkOptions } from "../check-options.ts";
import { bertSpecialTokenNames } from "../special-tokens.ts";
import type { Tokenizer } from "../tokenizer.ts";
import { TokenizerError } from "../tokenizer-error.ts";
import { parseVocabulary } from "../vocabulary/parse-vocabulary.ts";
import { folderAddedTokens } from "./folder-added-tokens.ts";
import { booleanAt, parseJsonFile, quoted, stringAt, type JsonObject } from "./json-reader.ts";
import { readTokenizerJson } from "./read-tokenizer-json.ts";
import { readSpecialTokenNames } from "./tokenizer-config.ts";

/** The contents of a checkpoint's files; `vocab` or `tokenizerJson` is required. */
export interface TokenizerFiles {
  /** vocab.txt */
  readonly vocab?: string | undefined;
  /** tokenizer.json */
  readonly tokenizerJson?: string | object | undefined;
  /** tokenizer_config.json */
  readonly tokenizerConfig?: string | object | undefined;
  /** special_tokens_map.json */
  readonly specialTokensMap?: string | object | undefined;
  /** added_tokens.json; read only without tokenizer.json. */
  readonly addedTokens?: string | object | undefined;
  /** The checkpoint's name, such as bert-base-uncased, which the case must match. Default: no check. */
  readonly name?: string | undefined;
}

const configFile = "tokenizer_config.json";
const addedFile = "added_tokens.json";
const mapFile = "special_tokens_map.json";

/**
 * Creates the tokenizer of a checkpoint. As in Hugging Face's libraries, tokenizer_config.json overrides
 * tokenizer.json, which overrides vocab.txt. If no file says whether to lowercase, text is lowercased unless `name`, or
 * the last part of name_or_path in tokenizer_config.json, says cased.
 *
 * @throws TokenizerError on an invalid file, with its name and the key.
 */
export function tokenizerFromFiles(files: TokenizerFiles): Tokenizer {
  checkOptions(
    "tokenizerFromFiles",
    files,
    "vocab:string tokenizerJson:string|object tokenizerConfig:string|object specialTokensMap:string|object addedTokens:string|object name:string",
  );
  const { vocab, tokenizerJson, tokenizerConfig, specialTokensMap, addedTokens, name } = files;
  const config: JsonObject = tokenizerConfig === undefined ? {} : parseJsonFile(configFile, tokenizerConfig);
  const map: JsonObject = specialTokensMap === undefined ? {} : parseJsonFile(mapFile, specialTokensMap);
  const options = {
    lowercase: booleanAt(configFile, config, "do_lower_case"),
    stripAccents: booleanAt(configFile, config, "strip_accents"),
    isolateChineseCharacters: booleanAt(configFile, config, "tokenize_chinese_chars"),
    specialTokens: { ...readSpecialTokenNames(mapFile, map), ...readSpecialTokenNames(configFile, config) },
  };
  if (tokenizerJson !== undefined) {
    const tokenizer = readTokenizerJson(tokenizerJson, options, (vocabulary, names, listed) => {
      const ids = Object.fromEntries(listed.map(({ content, id }) => [content, id]));
      return folderAddedTokens(vocabulary, names, configFile, config, ids, map);
    });
    const key =
      options.lowercase === undefined ? "tokenizer.json: normalizer.lowercase" : `${configFile}: do_lower_case`;
    checkCase(name, tokenizer.lowercase, key);
    return tokenizer;
  }
  if (vocab === undefined)
    throw new TokenizerError(
      "file",
      "tokenizerFromFiles: got neither vocab.txt nor tokenizer.json. Pass the text of one: { vocab } or { tokenizerJson }.",
    );
  checkWordPiece(config);
  const instead = standIn(vocab);
  if (instead !== undefined) throw new TokenizerError("file", `vocab.txt ${instead}.`);
  const vocabulary = parseVocabulary(vocab);
  const neverSplit = Array.isArray(config["never_split"])
    ? config["never_split"].filter((word): word is string => typeof word === "string")
    : [];
  const names = { ...bertSpecialTokenNames, ...options.specialTokens };
  const added = addedTokens === undefined ? {} : parseJsonFile(addedFile, addedTokens);
  const tokens = new Map<string, AddedToken>();
  for (const token of defaultAddedTokens(vocabulary, [], neverSplit)) tokens.set(token.content, token);
  for (const token of folderAddedTokens(vocabulary, names, configFile, config, added, map))
    tokens.set(token.content, token);
  const path = stringAt(configFile, config, "name_or_path") ?? "";
  const lowercase = options.lowercase ?? lowercaseOf(name ?? lastPart(path)) ?? true;
  checkCase(name, lowercase, `${configFile}: do_lower_case`);
  return bertTokenizer({
    vocabulary,
    vocabularyFile: "vocab.txt",
    lowercase,
    stripAccents: options.stripAccents,
    isolateChineseCharacters: options.isolateChineseCharacters ?? true,
    specialTokens: options.specialTokens,
    addedTokens: [...tokens.values()],
  });
}

/** Hugging Face's tokenizers that split with a vocab.txt as BERT's does, and put [CLS] and [SEP] in the same places. */
const wordPieceClasses =
  /^(?:Bert|ConvBert|DistilBert|DPR\w*|Electra|LayoutLM|LayoutLMv2|Lxmert|MobileBert|Realm|RetriBert|Splinter|SqueezeBert|VisualBert)Tokenizer(?:Fast)?$/;

/** @throws TokenizerError if the settings beside vocab.txt are of a tokenizer that splits text in another way */
function checkWordPiece(config: JsonObject): void {
  const className = stringAt(configFile, config, "tokenizer_class");
  const differs = (key: string, known: string): boolean =>
    ![undefined, known].includes(stringAt(configFile, config, key));
  const key =
    className !== undefined && !wordPieceClasses.test(className)
      ? "tokenizer_class"
      : booleanAt(configFile, config, "do_basic_tokenize") === false
        ? "do_basic_tokenize"
        : differs("word_tokenizer_type", "basic")
          ? "word_tokenizer_type"
          : differs("subword_tokenizer_type", "wordpiece")
            ? "subword_tokenizer_type"
            : undefined;
  if (key === undefined) return;
  throw new TokenizerError(
    "file",
    `${configFile}: ${key} is ${quoted(config[key])}, which does not split text as BERT's: the ids would be wrong. Use the folder's tokenizer.json if it has one, or build a tokenizer from your own parts with new Tokenizer.`,
  );
}

/** Whether a checkpoint's name says uncased (true) or cased (false); undefined for neither. */
function lowercaseOf(name: string): boolean | undefined {
  const found = /(?:^|[-_/\\])(un)?cased(?=$|[-_/\\])/i.exec(name);
  return found ? found[1] !== undefined : undefined;
}

/** "/data/cased/my-model/" → "my-model": parent folders do not describe the model. */
function lastPart(path: string): string {
  return path.replace(/(?<![/\\])[/\\]+$/, "").replace(/^.*[/\\]/s, "");
}

/** As google-research/bert's validate_case_matches_checkpoint: with the wrong case nearly every word gets wrong ids. */
function checkCase(name: string = "", lowercase: boolean, key: string): void {
  const expected = lowercaseOf(name);
  if (expected === undefined || expected === lowercase) return;
  throw new TokenizerError(
    "file",
    `${key} is ${lowercase}, but the name ${quoted(name)} says ${expected ? "uncased" : "cased"}. Correct the flag, or leave name out.`,
  );
}
