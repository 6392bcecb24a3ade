import * as tf from "@tensorflow/tfjs-core";
import { attention, type AttentionMask } from "@bertkit/ops";
import { Dense, Dropout, truncatedNormal, type Context, type Rng } from "@bertkit/nn";

import type { ScoreBias } from "./relative-key-positions.ts";

/** The slot for what lets tokens see each other. */
export interface Mixer {
  /**
   * @param hidden float32 [batch, tokens, size]
   * @returns output of the same shape; probabilities [batch, heads, tokens, tokens] where it has any
   */
  forward(hidden: tf.Tensor3D, mask: AttentionMask | undefined, context: Context): MixerResult;
}

export interface MixerResult {
  output: tf.Tensor3D;
  probabilities?: tf.Tensor4D;
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

  forward(hidden: tf.Tensor3D, mask: AttentionMask | undefined, context: Context): MixerResult {
    const query = this.#split(this.query.forward(hidden));
    const key = this.#split(this.key.forward(hidden));
    const { output, probabilities } = attention(query, key, this.#split(this.value.forward(hidden)), {
      mask,
      bias: this.positions?.forward(query, key),
      onProbabilities: (probabilities) => this.dropout.forward(probabilities, context),
    });
    const merged = tf.reshape(tf.transpose(output, [0, 2, 1, 3]), hidden.shape) as tf.Tensor3D; // [batch, tokens, size]
    return { output: this.output.forward(merged), probabilities };
  }

  /** [batch, tokens, size] → [batch, heads, tokens, headSize] */
  #split(x: tf.Tensor3D): tf.Tensor4D {
    const [batch, tokens, size] = x.shape;
    return tf.transpose(tf.reshape(x, [batch, tokens, this.heads, size / this.heads]), [0, 2, 1, 3]);
  }
}
