import { standIn } from "@bertkit/checks";
import type { AddedToken } from "../added-tokens/added-token.ts";
import { bertTokenizer, defaultAddedTokens } from "../bert-tokenizer.ts";
import { checkOptions, isText } from "../check-options.ts";
import { bertSpecialTokenNames } from "../special-tokens.ts";
import { Tokenizer } from "../tokenizer.ts";
import { TokenizerError } from "../tokenizer-error.ts";
import { parseVocabulary } from "../vocabulary/parse-vocabulary.ts";
import { folderAddedTokens } from "./folder-added-tokens.ts";
import { booleanAt, fileError, parseJsonFile, quoted, stringAt, type JsonObject } from "./json-reader.ts";
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
 * tokenizer.json, which overrides vocab.txt; but of the tokenizer_class PreTrainedTokenizerFast or TokenizersBackend,
 * tokenizer.json says how text is normalized. If no file says whether to lowercase, text is lowercased unless `name`, or
 * the last part of name_or_path in tokenizer_config.json, says cased.
 *
 * BertTokenizer of transformers 5 reads only the vocabulary of tokenizer.json, so two things differ: if
 * tokenizer_config.json has no do_lower_case, strip_accents or tokenize_chinese_chars, it takes its defaults, not those of
 * tokenizer.json; and it adds the cls_token and sep_token of tokenizer_config.json to texts, where this function follows
 * the post_processor of tokenizer.json. Neither is padding_side read: on the left, padding moves the positions of BERT's
 * tokens. Pass `paddingSide` where it is needed.
 *
 * @throws TokenizerError on an invalid file, with its name and the key.
 */
export function tokenizerFromFiles(files: TokenizerFiles): Tokenizer {
  checkOptions(
    "tokenizerFromFiles",
    files,
    "vocab:string tokenizerJson:string|object tokenizerConfig:string|object specialTokensMap:string|object addedTokens:string|object name:string",
  );
  const config = parseJsonFile(configFile, files.tokenizerConfig);
  const tokenizer = readFiles(files, config);
  if (config["truncation_side"] !== "left") return tokenizer;
  return new Tokenizer({ ...tokenizer.parts, truncationSide: "left" });
}

function readFiles(
  { vocab, tokenizerJson, specialTokensMap, addedTokens, name }: TokenizerFiles,
  config: JsonObject,
): Tokenizer {
  const map = parseJsonFile(mapFile, specialTokensMap);
  const flag = (key: string): boolean | undefined =>
    ["PreTrainedTokenizerFast", "TokenizersBackend"].includes(String(config["tokenizer_class"]))
      ? undefined
      : booleanAt(configFile, config, key);
  const options = {
    lowercase: flag("do_lower_case"),
    stripAccents: flag("strip_accents"),
    isolateChineseCharacters: flag("tokenize_chinese_chars"),
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
  const neverSplit = Array.isArray(config["never_split"]) ? config["never_split"].filter(isText) : [];
  const names = { ...bertSpecialTokenNames, ...options.specialTokens };
  const added = parseJsonFile(addedFile, addedTokens);
  const tokens = new Map<string, AddedToken>();
  for (const token of defaultAddedTokens(vocabulary, [], neverSplit)) tokens.set(token.content, token);
  for (const token of folderAddedTokens(vocabulary, names, configFile, config, added, map))
    tokens.set(token.content, token);
  const path = stringAt(configFile, config, "name_or_path") ?? "";
  const lowercase = options.lowercase ?? lowercaseOf(name ?? lastPart(path)) ?? true;
  checkCase(name, lowercase, `${configFile}: do_lower_case`);
  return bertTokenizer({
    ...options,
    vocabulary,
    vocabularyFile: "vocab.txt",
    lowercase,
    isolateChineseCharacters: options.isolateChineseCharacters ?? true,
    addedTokens: [...tokens.values()],
  });
}

/** What the settings beside vocab.txt say if text is split as BERT's, and [CLS] and [SEP] are in the same places. */
const splitting = {
  tokenizer_class:
    /^(?:Bert|ConvBert|DistilBert|DPR\w*|Electra|LayoutLM|LayoutLMv2|Lxmert|MobileBert|Realm|RetriBert|Splinter|SqueezeBert|VisualBert)Tokenizer(?:Fast)?$/,
  do_basic_tokenize: /^true$/,
  word_tokenizer_type: /^basic$/,
  subword_tokenizer_type: /^wordpiece$/,
};

/** @throws TokenizerError if the settings beside vocab.txt are of a tokenizer that splits text in another way */
function checkWordPiece(config: JsonObject): void {
  for (const [key, known] of Object.entries(splitting)) {
    const given = config[key] ?? undefined;
    if (given !== undefined && !known.test(String(given)))
      throw fileError(
        configFile,
        `${key} is ${quoted(given)}, which does not split text as BERT's: the ids would be wrong`,
        "Use the folder's tokenizer.json if it has one, or build a tokenizer from your own parts with new Tokenizer.",
      );
  }
}

/** Whether a checkpoint's name says uncased (true) or cased (false); undefined for neither. */
function lowercaseOf(name: string): boolean | undefined {
  const found = /(?:^|[-_/\\])(un)?cased(?=$|[-_/\\])/i.exec(name);
  return found ? found[1] !== undefined : undefined;
}

/** "/data/cased/my-model/" → "my-model": parent folders do not describe the model. */
function lastPart(path: string): string {
  return path.split(/[/\\]/).findLast(Boolean) ?? "";
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
