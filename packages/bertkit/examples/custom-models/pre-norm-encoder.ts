// A pre-norm encoder with GeGLU and rotary positions, as of ModernBERT's kind: no token types, no position vectors.
import {
  type BertConfig,
  BertEmbeddings,
  type BertEncoder,
  createBert,
  GatedFeedForward,
  PreNormBlock,
  RotaryPositions,
  SelfAttention,
} from "@bertkit/encoder";
import { LayerNorm, type Rng } from "@bertkit/nn";

/** Every third layer sees all tokens, the others 64 to each side. */
export function createPreNormEncoder(config: BertConfig, rng: Rng): BertEncoder<BertEmbeddings, PreNormBlock> {
  const { hiddenSize: size, attentionHeads: heads, intermediateSize } = config;
  return createBert(config, rng, {
    embeddings: new BertEmbeddings({ ...config, typeVocabularySize: 0, positionEmbedding: "none" }, rng),
    layer: (index) =>
      new PreNormBlock({
        attentionNorm: new LayerNorm({ size }),
        attention: new SelfAttention({
          size,
          heads,
          turn: new RotaryPositions({ headSize: size / heads }),
          window: index % 3 === 0 ? undefined : 64,
          rng,
        }),
        feedForwardNorm: new LayerNorm({ size }),
        feedForward: new GatedFeedForward({ size, intermediateSize, rng }),
        dropout: config.hiddenDropout,
      }),
    finalNorm: new LayerNorm({ size }),
  });
}
