import { checkTokenizer } from "../check-options.ts";
import { WordPieceDecoder } from "../decoders/word-piece-decoder.ts";
import { WordPiece } from "../models/word-piece.ts";
import { BertNormalizer } from "../normalizers/bert-normalizer.ts";
import { IdentityNormalizer } from "../normalizers/identity-normalizer.ts";
import { BertPreTokenizer } from "../pre-tokenizers/bert-pre-tokenizer.ts";
import { WhitespacePreTokenizer } from "../pre-tokenizers/whitespace-pre-tokenizer.ts";
import type { AddedToken } from "../added-tokens/added-token.ts";
import {
  bertSpecialTokenNames,
  type SpecialToken,
  type SpecialTokenRole,
  type SpecialTokens,
} from "../special-tokens.ts";
import type { Tokenizer } from "../tokenizer.ts";
import { TokenizerError } from "../tokenizer-error.ts";
import { readTokenFlags, writeTokenFlags } from "./token-flags.ts";
import { writePostProcessor } from "./tokenizer-json-template.ts";

/**
 * The text of tokenizer.json, which the Rust library reads as the same tokenizer. The format has no dialects: a
 * tokenizer of the google dialect keeps its maximum word length, but is read back as hf-fast. Nor does it say which tokens
 * are for padding and masks: `tokenizerConfigToJson` does.
 *
 * @throws TokenizerError if a part is not one of this package's.
 */
export function tokenizerToJson(tokenizer: Tokenizer): string {
  checkTokenizer("tokenizerToJson", tokenizer);
  const { normalizer, preTokenizer, model, decoder, postProcessor, vocabulary } = tokenizer.parts;
  if (!(normalizer instanceof BertNormalizer || normalizer instanceof IdentityNormalizer))
    throw unwritable("normalizer", "BertNormalizer");
  if (!(preTokenizer instanceof BertPreTokenizer || preTokenizer instanceof WhitespacePreTokenizer))
    throw unwritable("preTokenizer", "BertPreTokenizer");
  if (!(model instanceof WordPiece)) throw unwritable("model", "WordPiece");
  if (!(decoder instanceof WordPieceDecoder)) throw unwritable("decoder", "WordPieceDecoder");
  const head = {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: recognizedTokens(tokenizer).map((token) => ({ id: token.id, ...writeTokenFlags(token) })),
    normalizer:
      normalizer instanceof IdentityNormalizer
        ? null
        : {
            type: "BertNormalizer",
            clean_text: normalizer.cleanText,
            handle_chinese_chars: normalizer.isolateChineseCharacters,
            strip_accents: normalizer.stripAccents ?? null,
            lowercase: normalizer.lowercase,
          },
    pre_tokenizer: { type: preTokenizer instanceof BertPreTokenizer ? "BertPreTokenizer" : "Whitespace" },
    post_processor: writePostProcessor(postProcessor),
    decoder: { type: "WordPiece", prefix: decoder.prefix, cleanup: decoder.cleanUp },
    model: {
      type: "WordPiece",
      unk_token: model.unknownToken,
      continuing_subword_prefix: model.continuingPrefix,
      max_input_chars_per_word: model.maxWordCharacters,
      vocab: {},
    },
  };
  // Not from an object, which would put tokens such as "12" first.
  const vocab = vocabulary.tokens.map((token, id) => `${JSON.stringify(token)}:${id}`).join(",");
  return `${JSON.stringify(head).slice(0, -"{}}}".length)}{${vocab}}}}\n`;
}

/** The added tokens, and the special tokens even if the dialect does not recognize them in text. */
export function recognizedTokens(tokenizer: Tokenizer): AddedToken[] {
  const { addedTokens, special } = tokenizer.parts;
  const known = new Set(addedTokens.map((token) => token.id));
  const missing = foundTokens(special)
    .filter(([, { id }]) => !known.has(id))
    .map(([, { token, id }]) => ({ ...readTokenFlags("", {}), content: token, id, special: true }));
  return [...addedTokens, ...missing].sort((a, b) => a.id - b.id);
}

/** The special tokens that the vocabulary has, by role. */
export function foundTokens(special: SpecialTokens): readonly (readonly [SpecialTokenRole, SpecialToken])[] {
  const roles = Object.keys(bertSpecialTokenNames) as SpecialTokenRole[];
  return roles.filter((role) => role !== "mask" || special.hasMask).map((role) => [role, special[role]]);
}

function unwritable(part: string, known: string): TokenizerError {
  return new TokenizerError(
    "file",
    `tokenizerToJson: tokenizer.json cannot represent the ${part} of this tokenizer. Use ${known}, or keep the tokenizer in code.`,
  );
}
