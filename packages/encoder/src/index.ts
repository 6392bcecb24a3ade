export { activations } from "./activation.ts";
export {
  bertDefaults,
  bertSizes,
  checkBertConfig,
  type Activation,
  type BertConfig,
  type PositionEmbedding,
} from "./bert-config.ts";
export { BertEmbeddings, type TokenEmbeddings } from "./bert-embeddings.ts";
export { BertEncoder, type BertEncoderParts } from "./bert-encoder.ts";
export { bertInputs, type EncodedBatch } from "./bert-inputs.ts";
export { bertNames, type NameRule } from "./bert-names.ts";
export { bertModelGardenNames, bertTensorflowNames } from "./bert-tensorflow-names.ts";
export { createBert, type Bert } from "./create-bert.ts";
export type { Encoder, EncoderInputs, EncoderOutputs, EncoderRequest } from "./encoder.ts";
export {
  PostNormBlock,
  type BlockResult,
  type EncoderBlock,
  type PostNormBlockParts,
  type TokenWise,
} from "./encoder-block.ts";
export { huggingFaceOutputs, tfHubOutputs, type HuggingFaceOutputs, type TfHubOutputs } from "./output-names.ts";
export { startWithNeighbourAttention, type NeighbourAttentionOptions } from "./neighbour-attention.ts";
export { type Layout, layoutOf } from "./layout.ts";
export { startWithWordVectors } from "./start-with-word-vectors.ts";
export { FeedForward, type FeedForwardOptions } from "./feed-forward.ts";
export { Pooler } from "./pooler.ts";
export { RelativeKeyPositions, type RelativeKeyPositionsOptions, type ScoreBias } from "./relative-key-positions.ts";
export { SelfAttention, type Mixer, type MixerResult, type SelfAttentionOptions } from "./self-attention.ts";
export { mergeHeads, splitHeads } from "./split-heads.ts";
export type { TokenRows } from "./token-rows.ts";
