import { callable, checkOptions, object, trueOrFalse, type Rules } from "@bertkit/checks";
import { LayerNorm, type Rng } from "@bertkit/nn";

import { checkBertConfig, type BertConfig } from "./bert-config.ts";
import { BertEmbeddings, type TokenEmbeddings } from "./bert-embeddings.ts";
import { BertEncoder } from "./bert-encoder.ts";
import type { EncoderBlock } from "./encoder-block.ts";
import { FeedForward } from "./feed-forward.ts";
import { Pooler, type SequencePooler } from "./pooler.ts";
import { PostNormBlock } from "./post-norm-block.ts";
import { RelativeKeyPositions } from "./relative-key-positions.ts";
import { type Mixer, SelfAttention } from "./self-attention.ts";
import type { TokenWise } from "./token-wise.ts";

/** BERT as published: its own embeddings and its own blocks. */
export type Bert = BertEncoder<BertEmbeddings, PostNormBlock>;

/** Parts of the caller's in place of BERT's own. A function is called for each layer with its number, from 0. */
export interface BertParts<Embeddings extends TokenEmbeddings, Block extends EncoderBlock> {
  embeddings?: Embeddings;
  /** Layers; one that is given again shares its weights. The four parts below are then nobody's. */
  layer?: (index: number) => Block;
  /** All layers are the first, whose weights they share. Default false. */
  shareLayers?: boolean;
  attention?: (index: number) => Mixer;
  feedForward?: (index: number) => TokenWise;
  /** Of the norms after attention and after feed-forward. */
  norm?: () => TokenWise;
  finalNorm?: TokenWise;
  pooler?: SequencePooler;
  /** See `BertEncoder.checkpoint`. */
  checkpoint?: boolean;
}

const rules: Rules<BertParts<TokenEmbeddings, EncoderBlock>> = {
  embeddings: object("embeddings"),
  layer: callable,
  shareLayers: trueOrFalse,
  attention: callable,
  feedForward: callable,
  norm: callable,
  finalNorm: object("a norm"),
  pooler: object("a pooler"),
  checkpoint: trueOrFalse,
};

/**
 * BERT from a config; the one place where a config becomes parts.
 *
 * @param rng fills the new weights; equal seeds give equal weights
 * @param parts any that are not to be BERT's own; none of BERT's is made in their place
 * @throws where a field of the config cannot be built, by name, and where parts have different sizes
 */
export function createBert(config: BertConfig, rng: Rng, parts?: BertParts<BertEmbeddings, PostNormBlock>): Bert;
export function createBert<
  Embeddings extends TokenEmbeddings = BertEmbeddings,
  Block extends EncoderBlock = PostNormBlock,
>(config: BertConfig, rng: Rng, parts: BertParts<Embeddings, Block>): BertEncoder<Embeddings, Block>;
export function createBert<
  Embeddings extends TokenEmbeddings = BertEmbeddings,
  Block extends EncoderBlock = PostNormBlock,
>(config: BertConfig, rng: Rng, parts: BertParts<Embeddings, Block> = {}): BertEncoder<Embeddings, Block> {
  checkOptions("createBert", parts, rules as Rules<BertParts<Embeddings, Block>>);
  checkBertConfig(config);
  const { hiddenSize: size, initializerRange, layerNormEpsilon: epsilon } = config;
  const norm = parts.norm ?? ((): TokenWise => new LayerNorm({ size, epsilon }));
  const attention = (): Mixer =>
    new SelfAttention({
      size,
      heads: config.attentionHeads,
      dropout: config.attentionDropout,
      initializerRange,
      positions: relativePositions(config, rng),
      rng,
    });
  const feedForward = (): TokenWise => {
    const { intermediateSize, activation } = config;
    return new FeedForward({ size, intermediateSize, activation, initializerRange, rng });
  };
  const block = (index: number): PostNormBlock =>
    new PostNormBlock({
      attention: (parts.attention ?? attention)(index),
      attentionNorm: norm(),
      feedForward: (parts.feedForward ?? feedForward)(index),
      feedForwardNorm: norm(),
      dropout: config.hiddenDropout,
    });
  // Without parts of the caller's, the type parameters are those of BERT's own.
  const embeddings = parts.embeddings ?? (new BertEmbeddings(config, rng) as TokenEmbeddings as Embeddings);
  const layer = parts.layer ?? (block as (index: number) => EncoderBlock as (index: number) => Block);
  const first = layer(0);
  const layers = Array.from({ length: config.hiddenLayers }, (_, index) =>
    index === 0 || parts.shareLayers ? first : layer(index),
  );
  const pooler = parts.pooler ?? (config.pooler ? new Pooler({ size, initializerRange, rng }) : undefined);
  const { finalNorm, checkpoint = false } = parts;
  return new BertEncoder({ hiddenSize: size, embeddings, layers, finalNorm, pooler, checkpoint });
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
