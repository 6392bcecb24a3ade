// A pre-norm encoder with GeGLU and rotary positions, similar to ModernBERT: no token types, no position embeddings.
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

/** Every third layer attends to all tokens, the others to 64 on each side. */
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
          rotation: new RotaryPositions({ headSize: size / heads }),
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
