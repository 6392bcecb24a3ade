import type { AddedToken } from "../added-tokens/added-token.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { google } from "../dialects/google.ts";
import { hfFast } from "../dialects/hf-fast.ts";
import { tfText } from "../dialects/tf-text.ts";
import { WordPieceDecoder } from "../decoders/word-piece-decoder.ts";
import { WordPiece } from "../models/word-piece.ts";
import { BertNormalizer, type BertNormalizerOptions } from "../normalizers/bert-normalizer.ts";
import { bertRunKinds } from "../pipeline/run-kinds.ts";
import type { PostProcessor } from "../post-processors/template.ts";
import { BertPreTokenizer } from "../pre-tokenizers/bert-pre-tokenizer.ts";
import { findSpecialTokens, type SpecialTokenNames } from "../special-tokens.ts";
import { TokenizerError } from "../tokenizer-error.ts";
import { Tokenizer } from "../tokenizer.ts";
import { Vocabulary } from "../vocabulary/vocabulary.ts";

/** A tokenizer of BERT's parts as plain data, to send it to a worker. Unlike tokenizer.json it keeps the dialect. */
export interface TokenizerDescription {
  readonly tokens: readonly string[];
  readonly specialTokens: SpecialTokenNames;
  readonly dialect: Dialect["name"];
  readonly normalizer: Omit<BertNormalizerOptions, "dialect">;
  readonly model: {
    readonly unknownToken: string;
    readonly continuingPrefix: string;
    readonly maxWordCharacters: number;
  };
  readonly postProcessor: PostProcessor;
  readonly decoder: { readonly prefix: string; readonly cleanUp: boolean };
  readonly addedTokens: readonly AddedToken[];
  readonly truncationSide: "right" | "left" | undefined;
}

const dialects: readonly Dialect[] = [hfFast, google, tfText];

/** @throws TokenizerError if a part is not BERT's: code cannot be sent to a worker. */
export function describeTokenizer({ parts }: Tokenizer): TokenizerDescription {
  const { normalizer, preTokenizer, model, decoder, special } = parts;
  const isBert =
    normalizer instanceof BertNormalizer &&
    dialects.includes(normalizer.dialect) &&
    preTokenizer instanceof BertPreTokenizer &&
    model instanceof WordPiece &&
    decoder instanceof WordPieceDecoder;
  if (!isBert) {
    throw new TokenizerError(
      "options",
      "encodeInParallel: a custom part of the tokenizer cannot be sent to a worker. Use encodeRagged, or your own worker that builds the tokenizer.",
    );
  }
  const { dialect, cleanText, isolateChineseCharacters, lowercase, stripAccents } = normalizer;
  const { unknownToken, continuingPrefix, maxWordCharacters } = model;
  return {
    tokens: parts.vocabulary.tokens,
    specialTokens: {
      padding: special.padding.token,
      unknown: special.unknown.token,
      classification: special.classification.token,
      separator: special.separator.token,
      mask: special.hasMask ? special.mask.token : "[MASK]",
    },
    dialect: dialect.name,
    normalizer: { cleanText, isolateChineseCharacters, lowercase, stripAccents },
    model: { unknownToken, continuingPrefix, maxWordCharacters },
    // Copies: a proxy, such as a framework's reactive state, cannot be sent.
    postProcessor: {
      single: parts.postProcessor.single.map((part) => ({ ...part })),
      pair: parts.postProcessor.pair.map((part) => ({ ...part })),
    },
    decoder: { prefix: decoder.prefix, cleanUp: decoder.cleanUp },
    addedTokens: parts.addedTokens.map((token) => ({ ...token })),
    truncationSide: parts.truncationSide,
  };
}

/** The inverse of describeTokenizer. */
export function tokenizerFromDescription(description: TokenizerDescription): Tokenizer {
  const { specialTokens, postProcessor, addedTokens, truncationSide } = description;
  const vocabulary = new Vocabulary(description.tokens);
  const ids = new Map(addedTokens.map((token) => [token.content, token.id]));
  const dialect = dialects.find(({ name }) => name === description.dialect)!;
  const normalizer = new BertNormalizer({ dialect, ...description.normalizer });
  const { lowercase } = normalizer;
  return new Tokenizer({
    vocabulary,
    special: findSpecialTokens(
      specialTokens,
      (token) => ids.get(token) ?? vocabulary.id(token),
      vocabulary.size,
      "EncoderPool",
    ),
    lowercase,
    dialect,
    normalizer,
    preTokenizer: new BertPreTokenizer({ dialect }),
    model: new WordPiece({ vocabulary, dialect, ...description.model }),
    postProcessor,
    decoder: new WordPieceDecoder(description.decoder),
    addedTokens,
    truncationSide,
    runKinds: bertRunKinds(normalizer),
  });
}
