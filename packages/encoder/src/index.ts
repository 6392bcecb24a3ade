export { activationOf, type ActivationFunction, activations } from "./activation.ts";
export {
  bertDefaults,
  bertSizes,
  checkBertConfig,
  type Activation,
  type BertConfig,
  type PositionEmbedding,
} from "./bert-config.ts";
export { BertEmbeddings, type BertEmbeddingsConfig, type TokenEmbeddings } from "./bert-embeddings.ts";
export { BertEncoder, type BertEncoderParts } from "./bert-encoder.ts";
export { bertInputs, type EncodedBatch } from "./bert-inputs.ts";
export { bertNames } from "./bert-names.ts";
export { bertModelGardenNames, bertTensorflowNames } from "./bert-tensorflow-names.ts";
export { createBert, type Bert, type BertParts } from "./create-bert.ts";
export { forwardAt } from "./forward-at.ts";
export { forwardFirst } from "./forward-first.ts";
export { huggingFaceSpellings } from "./hugging-face-spellings.ts";
export type { Encoder, EncoderInputs, EncoderOutputs, EncoderRequest } from "./encoder.ts";
export type { BlockResult, EncoderBlock } from "./encoder-block.ts";
export { PostNormBlock, type PostNormBlockParts } from "./post-norm-block.ts";
export { PreNormBlock } from "./pre-norm-block.ts";
export type { TokenWise } from "./token-wise.ts";
export { GatedFeedForward, type GatedFeedForwardOptions } from "./gated-feed-forward.ts";
export { RotaryPositions, type QueryKeyRotation, type RotaryPositionsOptions } from "./rotary-positions.ts";
export { huggingFaceOutputs, tfHubOutputs, type HuggingFaceOutputs, type TfHubOutputs } from "./output-names.ts";
export { startWithNeighborAttention, type NeighborAttentionOptions } from "./neighbor-attention.ts";
export { type Layout, layoutOf } from "./layout.ts";
export { startWithWordVectors } from "./start-with-word-vectors.ts";
export { FeedForward, type FeedForwardOptions } from "./feed-forward.ts";
export { Pooler, type SequencePooler } from "./pooler.ts";
export { type PooledEncoder, requirePooler } from "./require-pooler.ts";
export { RelativeKeyPositions, type RelativeKeyPositionsOptions, type ScoreBias } from "./relative-key-positions.ts";
export {
  attendHeads,
  SelfAttention,
  type AttendOptions,
  type HeadsResult,
  type Mixer,
  type MixerResult,
  type SelfAttentionOptions,
} from "./self-attention.ts";
export { mergeHeads, splitHeads } from "./split-heads.ts";
export type { TokenRows } from "./token-rows.ts";
