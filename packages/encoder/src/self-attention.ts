import type * as tf from "@tensorflow/tfjs-core";
import { attention } from "@bertkit/ops";
import { Dense, Dropout, truncatedNormal, type Context, type Rng } from "@bertkit/nn";

import type { Layout } from "./layout.ts";
import type { ScoreBias } from "./relative-key-positions.ts";
import { mergeHeads, splitHeads } from "./split-heads.ts";

/** The slot for what lets tokens see each other. */
export interface Mixer {
  /**
   * @param hidden float32 [rows, size]; `layout.pad` makes a batch of it, `layout.unpad` rows again
   * @returns output of the same shape; probabilities [batch, heads, tokens, tokens] where it has any
   */
  forward(hidden: tf.Tensor2D, layout: Layout, context: Context): MixerResult;
}

export interface MixerResult {
  /** float32 [rows, size] */
  output: tf.Tensor2D;
  probabilities?: tf.Tensor4D | undefined;
}

export interface SelfAttentionOptions {
  size: number;
  heads: number;
  /** Dropout of the probabilities, 0 … 1. Default 0. */
  dropout?: number;
  /** Standard deviation of new weights. Default 0.02. */
  initializerRange?: number;
  /** Added to the scores, such as `RelativeKeyPositions`. Default none. */
  positions?: ScoreBias | undefined;
  rng: Rng;
}

/** Multi-head self-attention with its output layer (Vaswani et al., 2017, section 3.2.2). */
export class SelfAttention implements Mixer {
  readonly query: Dense;
  readonly key: Dense;
  readonly value: Dense;
  readonly output: Dense;
  readonly positions?: ScoreBias;
  readonly dropout: Dropout;
  readonly heads: number;

  constructor({ size, heads, dropout = 0, initializerRange = 0.02, positions, rng }: SelfAttentionOptions) {
    if (size % heads !== 0) throw new Error(`SelfAttention: heads must divide the size ${size}, got ${heads}.`);
    const dense = () =>
      new Dense({ inputSize: size, outputSize: size, rng, initializer: truncatedNormal(initializerRange) });
    this.query = dense();
    this.key = dense();
    this.value = dense();
    this.output = dense();
    if (positions !== undefined) this.positions = positions;
    this.dropout = new Dropout(dropout);
    this.heads = heads;
  }

  forward(hidden: tf.Tensor2D, layout: Layout, context: Context): Required<MixerResult> {
    const split = (dense: Dense): tf.Tensor4D => splitHeads(layout.pad(dense.forward(hidden), "any"), this.heads);
    const [query, key, value] = [split(this.query), split(this.key), split(this.value)];
    const { output, probabilities } = attention(query, key, value, {
      mask: layout.mask,
      bias: this.positions?.forward(query, key),
      onProbabilities: (probabilities) => this.dropout.forward(probabilities, context),
    });
    return { output: this.output.forward(layout.unpad(mergeHeads(output))), probabilities };
  }
}
