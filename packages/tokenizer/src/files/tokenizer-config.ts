import { checkOptions, checkTokenizer } from "../check-options.ts";
import { WordPieceDecoder } from "../decoders/word-piece-decoder.ts";
import { WordPiece } from "../models/word-piece.ts";
import { BertNormalizer } from "../normalizers/bert-normalizer.ts";
import { bertTemplate } from "../post-processors/template.ts";
import { BertPreTokenizer } from "../pre-tokenizers/bert-pre-tokenizer.ts";
import type { SpecialTokenNames, SpecialTokenRole } from "../special-tokens.ts";
import type { Tokenizer } from "../tokenizer.ts";
import { isObject, stringAt, type JsonObject } from "./json-reader.ts";
import { writeTokenFlags } from "./token-flags.ts";
import { foundTokens, recognizedTokens } from "./write-tokenizer-json.ts";

export const specialTokenKeyOf: { readonly [role in SpecialTokenRole]: string } = {
  padding: "pad_token",
  unknown: "unk_token",
  classification: "cls_token",
  separator: "sep_token",
  mask: "mask_token",
};

/** Special tokens of tokenizer_config.json and special_tokens_map.json: strings, or objects with a content. */
export function readSpecialTokenNames(file: string, config: JsonObject): Partial<SpecialTokenNames> {
  const names: Partial<Record<SpecialTokenRole, string>> = {};
  for (const role of Object.keys(specialTokenKeyOf) as SpecialTokenRole[]) {
    const value = config[specialTokenKeyOf[role]];
    const name = isObject(value) ? stringAt(file, value, "content") : stringAt(file, config, specialTokenKeyOf[role]);
    if (name !== undefined) names[role] = name;
  }
  return names;
}

/**
 * The text of tokenizer_config.json, for Hugging Face's libraries. Its class is BertTokenizer only for a tokenizer that
 * it represents: transformers builds one from the vocabulary and flags, without regard to the rest of tokenizer.json.
 */
export function tokenizerConfigToJson(tokenizer: Tokenizer, options: { maxLength?: number } = {}): string {
  checkTokenizer("tokenizerConfigToJson", tokenizer);
  checkOptions("tokenizerConfigToJson", options, "maxLength:1");
  const { maxLength = 512 } = options;
  const { normalizer, preTokenizer, model, postProcessor, decoder, special, truncationSide } = tokenizer.parts;
  const bert = normalizer instanceof BertNormalizer ? normalizer : undefined;
  const isBertTokenizer =
    bert?.cleanText &&
    preTokenizer instanceof BertPreTokenizer &&
    model instanceof WordPiece &&
    model.continuingPrefix === "##" &&
    model.maxWordCharacters === 100 &&
    JSON.stringify(postProcessor) === JSON.stringify(bertTemplate(special.classification, special.separator));
  const config = {
    tokenizer_class: isBertTokenizer ? "BertTokenizer" : "PreTrainedTokenizerFast",
    do_lower_case: tokenizer.lowercase,
    strip_accents: bert?.stripAccents ?? null,
    tokenize_chinese_chars: bert?.isolateChineseCharacters ?? false,
    model_max_length: maxLength,
    truncation_side: truncationSide,
    clean_up_tokenization_spaces: decoder instanceof WordPieceDecoder ? decoder.cleanUp : true,
    ...specialTokenKeys(tokenizer),
    added_tokens_decoder: Object.fromEntries(
      recognizedTokens(tokenizer).map((token) => [token.id, writeTokenFlags(token)]),
    ),
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

/** The text of special_tokens_map.json. */
export function specialTokensMapToJson(tokenizer: Tokenizer): string {
  checkTokenizer("specialTokensMapToJson", tokenizer);
  return `${JSON.stringify(specialTokenKeys(tokenizer), null, 2)}\n`;
}

function specialTokenKeys({ special }: Tokenizer): Record<string, string> {
  return Object.fromEntries(foundTokens(special).map(([role, { token }]) => [specialTokenKeyOf[role], token]));
}
