import { type BertConfig, bertDefaults } from "@bertkit/encoder";

/** Two blocks with two heads: small enough for finite differences of every part. */
export const toyConfig: BertConfig = {
  ...bertDefaults,
  vocabularySize: 11,
  hiddenSize: 8,
  hiddenLayers: 2,
  attentionHeads: 2,
  intermediateSize: 12,
  maxPositionEmbeddings: 6,
};

/** Two sequences, the second with one padding token. */
export const toyBatch = {
  inputIds: Int32Array.of(2, 7, 9, 4, 3, 2, 10, 7, 3, 0),
  attentionMask: Int32Array.of(1, 1, 1, 1, 1, 1, 1, 1, 1, 0),
  tokenTypeIds: Int32Array.of(0, 0, 0, 1, 1, 0, 0, 1, 1, 0),
  shape: [2, 5] as const,
};

/** Two sequences, the second with two padding tokens, enough to be skipped. */
export const skippingBatch = {
  inputIds: Int32Array.of(2, 7, 9, 4, 3, 2, 10, 3, 0, 0),
  attentionMask: Int32Array.of(1, 1, 1, 1, 1, 1, 1, 1, 0, 0),
  tokenTypeIds: Int32Array.of(0, 0, 0, 1, 1, 0, 0, 1, 0, 0),
  shape: [2, 5] as const,
};
