// How to call the parts of a tokenizer, and the functions of its entry points.
import * as tokenizers from "@bertkit/tokenizer";
import * as alignment from "@bertkit/tokenizer/alignment";
import * as files from "@bertkit/tokenizer/files";
import { encodeInParallel, EncoderPool } from "@bertkit/tokenizer/parallel";
import { DecodeStream, IdentityNormalizer, WhitespacePreTokenizer } from "@bertkit/tokenizer/parts";
import { encodeWindows } from "@bertkit/tokenizer/windows";
import { text, tokenizer } from "./fixtures.ts";

export const tokenizerDataCalls: Record<string, (data: never) => unknown> = {
  "BertNormalizer.normalize": (b) => new tokenizers.BertNormalizer().normalize(b),
  "BertPreTokenizer.split": (b) => new tokenizers.BertPreTokenizer().split(b, 0, 1, () => {}),
  "IdentityNormalizer.normalize": (b) => new IdentityNormalizer().normalize(b),
  "WhitespacePreTokenizer.split": (b) => new WhitespacePreTokenizer().split(b, 0, 1, () => {}),
  "WordPieceDecoder.decode": (b) => new tokenizers.WordPieceDecoder().decode(b),
  "WordPieceDecoder.decodeToken": (b) => new tokenizers.WordPieceDecoder().decodeToken(b, false),
  bertTemplate: (b) => tokenizers.bertTemplate(b, tokenizer.special.separator),
  "new Tokenizer": (b) => new tokenizers.Tokenizer(b),
  "tokenizer.pieces": (b) => tokenizer.pieces(b),
  "tokenizer.encodeWords, pair": (b) => tokenizer.encodeWords(["the"], b).ids,
  codePoints: (b) => alignment.codePoints(b),
  utf8: (b) => alignment.utf8(b),
  DecodeStream: (b) => new DecodeStream(b),
  "encodeWindows tokenizer": (b) => encodeWindows(b, text, undefined, { maxLength: 8 }),
  "EncoderPool tokenizer": (b) => EncoderPool.start(b, { workers: 1 }),
  "encodeInParallel tokenizer": (b) => encodeInParallel(b, [text], { workers: 1 }),
  tokenizerToJson: (b) => files.tokenizerToJson(b),
  tokenizerConfigToJson: (b) => files.tokenizerConfigToJson(b),
  specialTokensMapToJson: (b) => files.specialTokensMapToJson(b),
  serializeVocabulary: (b) => files.serializeVocabulary(b),
};

/** Functions whose first argument is an encoding. */
for (const name of [
  "charToToken",
  "charToWord",
  "tokenToChars",
  "tokenToSequence",
  "tokenToWord",
  "wordToChars",
  "wordToTokens",
] as const)
  tokenizerDataCalls[name] = (data) => (alignment[name] as (data: unknown, index: number) => unknown)(data, 0);
