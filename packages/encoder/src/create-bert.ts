import { LayerNorm, type Rng } from "@bertkit/nn";

import { checkBertConfig, type BertConfig } from "./bert-config.ts";
import { BertEmbeddings } from "./bert-embeddings.ts";
import { BertEncoder } from "./bert-encoder.ts";
import { PostNormBlock } from "./encoder-block.ts";
import { FeedForward } from "./feed-forward.ts";
import { Pooler } from "./pooler.ts";
import { RelativeKeyPositions } from "./relative-key-positions.ts";
import { SelfAttention } from "./self-attention.ts";

/** BERT as published: its own embeddings and its own blocks. */
export type Bert = BertEncoder<BertEmbeddings, PostNormBlock>;

/**
 * BERT from a config; the one place where a config becomes parts.
 *
 * @param rng fills the new weights; equal seeds give equal weights
 * @param options `checkpoint`: see `BertEncoder.checkpoint`
 * @throws where a field of the config cannot be built, by name
 */
export function createBert(config: BertConfig, rng: Rng, { checkpoint = false }: { checkpoint?: boolean } = {}): Bert {
  checkBertConfig(config);
  const { hiddenSize: size, initializerRange, layerNormEpsilon: epsilon } = config;
  const embeddings = new BertEmbeddings(config, rng);
  const layers = Array.from({ length: config.hiddenLayers }, () => {
    return new PostNormBlock({
      attention: new SelfAttention({
        size,
        heads: config.attentionHeads,
        dropout: config.attentionDropout,
        initializerRange,
        positions: relativePositions(config, rng),
        rng,
      }),
      attentionNorm: new LayerNorm({ size, epsilon }),
      feedForward: new FeedForward({
        size,
        intermediateSize: config.intermediateSize,
        activation: config.activation,
        initializerRange,
        rng,
      }),
      feedForwardNorm: new LayerNorm({ size, epsilon }),
      dropout: config.hiddenDropout,
    });
  });
  const pooler = config.pooler ? new Pooler({ size, initializerRange, rng }) : undefined;
  return new BertEncoder({ hiddenSize: size, embeddings, layers, pooler, checkpoint });
}

function relativePositions(config: BertConfig, rng: Rng): RelativeKeyPositions | undefined {
  const {
    positionEmbedding = "absolute",
    hiddenSize,
    attentionHeads,
    maxPositionEmbeddings,
    initializerRange,
  } = config;
  if (positionEmbedding === "absolute") return undefined;
  const fromKeys = positionEmbedding === "relative_key_query";
  return new RelativeKeyPositions({
    headSize: hiddenSize / attentionHeads,
    maxPositionEmbeddings,
    fromKeys,
    initializerRange,
    rng,
  });
}
