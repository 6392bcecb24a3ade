import { callable, checkOptions, object, trueOrFalse, type Rules } from "@bertkit/checks";
import { dispose, LayerNorm, type Rng } from "@bertkit/nn";

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

/** BERT with its standard embeddings and blocks. */
export type Bert = BertEncoder<BertEmbeddings, PostNormBlock>;

/** Parts that replace BERT's. A function is called once per layer with the layer's index. */
export interface BertParts<Embeddings extends TokenEmbeddings, Block extends EncoderBlock> {
  readonly embeddings?: Embeddings;
  /**
   * Creates a whole layer. Returning the same layer twice shares its weights. `attention`, `feedForward` and `norm` are
   * then unused.
   */
  readonly layer?: (index: number) => Block;
  /** Use the first layer for all, so that they share its weights, as in ALBERT. Default false. */
  readonly shareLayers?: boolean;
  readonly attention?: (index: number) => Mixer;
  readonly feedForward?: (index: number) => TokenWise;
  /** Creates the norms after attention and after feed-forward. */
  readonly norm?: () => TokenWise;
  readonly finalNorm?: TokenWise;
  readonly pooler?: SequencePooler;
  /** See `BertEncoder.checkpoint`. */
  readonly checkpoint?: boolean;
}

const rules: Rules<BertParts<TokenEmbeddings, EncoderBlock>> = {
  embeddings: object("embeddings", "forward"),
  layer: callable,
  shareLayers: trueOrFalse,
  attention: callable,
  feedForward: callable,
  norm: callable,
  finalNorm: object("a norm", "forward"),
  pooler: object("a pooler", "forward"),
  checkpoint: trueOrFalse,
};

/** TensorFlow.js's message if no backend is registered. */
const noBackend = "No backend found in registry.";

/**
 * Builds a BERT from a config.
 *
 * @param rng initializes the weights; equal seeds give equal weights
 * @param parts your own parts; the BERT parts that they replace are not created
 * @throws TypeError or RangeError if a field of the config is invalid, or if parts have different sizes; parts that it
 *   created are then freed
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
  const created: object[] = [];
  try {
    return buildBert(config, rng, parts, (part) => {
      created.push(part);
      return part;
    });
  } catch (error) {
    dispose(created);
    if (error instanceof Error && error.message === noBackend)
      throw new Error(
        "createBert: no backend holds the weights yet. Call await useBackend() of @bertkit/backend first, or import one of TensorFlow.js's.",
        { cause: error },
      );
    throw error;
  }
}

/** @param own called for each part that is not the caller's; returns it */
function buildBert<Embeddings extends TokenEmbeddings, Block extends EncoderBlock>(
  config: BertConfig,
  rng: Rng,
  parts: BertParts<Embeddings, Block>,
  own: <Part extends object>(part: Part) => Part,
): BertEncoder<Embeddings, Block> {
  const { hiddenSize: size, initializerRange, layerNormEpsilon: epsilon } = config;
  const norm = parts.norm ?? ((): TokenWise => own(new LayerNorm({ size, epsilon })));
  const attention = (): Mixer =>
    own(
      new SelfAttention({
        size,
        heads: config.attentionHeads,
        dropout: config.attentionDropout,
        initializerRange,
        positions: relativePositions(config, rng),
        rng,
      }),
    );
  const feedForward = (): TokenWise => {
    const { intermediateSize, activation } = config;
    return own(new FeedForward({ size, intermediateSize, activation, initializerRange, rng }));
  };
  const block = (index: number): PostNormBlock =>
    new PostNormBlock({
      attention: (parts.attention ?? attention)(index),
      attentionNorm: norm(),
      feedForward: (parts.feedForward ?? feedForward)(index),
      feedForwardNorm: norm(),
      dropout: config.hiddenDropout,
    });
  // If the caller passes no part, the type parameters are BERT's defaults.
  const embeddings = parts.embeddings ?? (own(new BertEmbeddings(config, rng)) as TokenEmbeddings as Embeddings);
  const layer = parts.layer ?? (block as (index: number) => EncoderBlock as (index: number) => Block);
  const first = layer(0);
  const layers = Array.from({ length: config.hiddenLayers }, (_, index) =>
    index === 0 || parts.shareLayers ? first : layer(index),
  );
  const pooler = parts.pooler ?? (config.pooler ? own(new Pooler({ size, initializerRange, rng })) : undefined);
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
