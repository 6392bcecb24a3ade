// Compiled, never run: which custom parts compile, and which do not.
import type { Context } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";

import {
  type BertConfig,
  BertEncoder,
  type BlockResult,
  createBert,
  type Encoder,
  type Layout,
  type Mixer,
  type MixerResult,
  PostNormBlock,
  type TokenEmbeddings,
  type TokenWise,
} from "./index.ts";

declare const config: BertConfig;
declare const rng: Context["rng"];
declare const probabilities: tf.Tensor4D | undefined;

// Optional results may be undefined.
export const result: MixerResult = { output: tf.zeros([1, 1]), probabilities };
export const block: BlockResult = { hidden: tf.zeros([1, 1]), probabilities };

// Interfaces are structural: object literals fit, and so do functions with fewer parameters.
const mixer: Mixer = { forward: (hidden) => ({ output: hidden }) };
const tokenWise: TokenWise = { forward: (x) => x };
const embeddings = { forward: () => tf.zeros<tf.Rank.R3>([1, 1, 1]), mine: true } satisfies TokenEmbeddings & {
  mine: boolean;
};

// A custom part keeps its type; the others have BERT's types.
const custom = createBert(config, rng, { embeddings, attention: () => mixer, norm: () => tokenWise });
export const mine: boolean = custom.embeddings.mine;
export const ownBlock: PostNormBlock = custom.layers[0]!;
export const table: tf.Variable<tf.Rank.R2> = createBert(config, rng).embeddings.word.table;
export const encoder: Encoder = custom;

class Mean implements Mixer {
  forward(hidden: tf.Tensor2D, layout: Layout): MixerResult {
    return { output: layout.unpad(tf.zerosLike(layout.pad(hidden))) };
  }
}
export const mean: Mixer = new Mean();
export const own: PostNormBlock = new PostNormBlock({
  attention: mean,
  attentionNorm: tokenWise,
  feedForward: tokenWise,
  feedForwardNorm: tokenWise,
});

// Blocks are structural too: an object with the fields of one fits.
declare const fields: Pick<PostNormBlock, keyof PostNormBlock>;
export const likeBlock: PostNormBlock = fields;

// @ts-expect-error hidden states are [rows, size]
export const batched: Mixer = { forward: (hidden: tf.Tensor3D) => ({ output: hidden }) };
// @ts-expect-error a block is not a mixer
export const notMixer = (): Mixer => ownBlock;
// @ts-expect-error an encoder needs embeddings
export const empty: BertEncoder = new BertEncoder({ hiddenSize: 1, layers: [] });
