export { bertTokenizer } from "./bert-tokenizer.ts";
export type { BertTokenizerOptions } from "./bert-tokenizer.ts";
export { Tokenizer } from "./tokenizer.ts";
export type {
  BatchOptions,
  DecodeOptions,
  EncodeOptions,
  RaggedOptions,
  TextInput,
  TokenizerParts,
} from "./tokenizer.ts";
export { Encoding } from "./encoding/encoding.ts";
export { padBatch } from "./encoding/pad-batch.ts";
export type { BatchEncoding, EncodedRow, PadBatchOptions } from "./encoding/pad-batch.ts";
export type { OffsetUnit } from "./encoding/offset-unit.ts";
export type { RaggedEncoding } from "./encoding/ragged.ts";
export type { Truncation, TruncationOptions } from "./encoding/truncation.ts";
export type { PieceRange } from "./encoding/piece-range.ts";
export type { PaddingOptions } from "./encoding/padding.ts";
export { Vocabulary } from "./vocabulary/vocabulary.ts";
export { parseVocabulary } from "./vocabulary/parse-vocabulary.ts";
export { TokenizerError } from "./tokenizer-error.ts";
export type { TokenizerErrorCode } from "./tokenizer-error.ts";
export type { AddedToken } from "./added-tokens/added-token.ts";
export { bertSpecialTokenNames, findSpecialTokens } from "./special-tokens.ts";
export type { SpecialToken, SpecialTokenNames, SpecialTokenRole, SpecialTokens } from "./special-tokens.ts";
export { BertNormalizer } from "./normalizers/bert-normalizer.ts";
export type { BertNormalizerOptions } from "./normalizers/bert-normalizer.ts";
export type { NormalizedText, Normalizer } from "./normalizers/normalizer.ts";
export { BertPreTokenizer } from "./pre-tokenizers/bert-pre-tokenizer.ts";
export type { PreTokenizer } from "./pre-tokenizers/pre-tokenizer.ts";
export { WordPiece } from "./models/word-piece.ts";
export type { WordPieceOptions } from "./models/word-piece.ts";
export type { Model } from "./models/model.ts";
export { bertTemplate } from "./post-processors/template.ts";
export type { PostProcessor, TemplatePart } from "./post-processors/template.ts";
export { WordPieceDecoder } from "./decoders/word-piece-decoder.ts";
export type { Decoder, DecoderOptions } from "./decoders/decoder.ts";
export { PieceBuffer } from "./pipeline/piece-buffer.ts";
export type { Dialect } from "./dialects/dialect.ts";
export { hfFast } from "./dialects/hf-fast.ts";
export { bertRunKinds } from "./pipeline/run-kinds.ts";
export type { RunKinds } from "./pipeline/run-kinds.ts";
