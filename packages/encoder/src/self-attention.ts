import * as tf from "@tensorflow/tfjs-core";
import { attention, type AttentionMask } from "@bertkit/ops";
import { Dense, Dropout, truncatedNormal, type Context, type Rng } from "@bertkit/nn";

import type { ScoreBias } from "./relative-key-positions.ts";
import { packRows, spreadRows, type TokenRows } from "./token-rows.ts";

/** The slot for what lets tokens see each other. */
export interface Mixer {
  /**
   * @param hidden float32 [batch, tokens, size]
   * @returns output of the same shape; probabilities [batch, heads, tokens, tokens] where it has any
   */
  forward(hidden: tf.Tensor3D, mask: AttentionMask | undefined, context: Context): MixerResult;
  /** The same for tokens without their padding, [rows, size] → [rows, size]; without it `forward` is given both. */
  forwardRows?(
    hidden: tf.Tensor2D,
    tokens: TokenRows,
    mask: AttentionMask | undefined,
    context: Context,
  ): MixerResult<tf.Tensor2D>;
}

export interface MixerResult<T extends tf.Tensor = tf.Tensor3D> {
  output: T;
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
    const parts = [this.query, this.key, this.value].map((dense) => dense.forward(hidden));
    const { output, probabilities } = this.#attend(parts, mask, context);
    return { output: this.output.forward(output), probabilities };
  }

  forwardRows(
    hidden: tf.Tensor2D,
    tokens: TokenRows,
    mask: AttentionMask | undefined,
    context: Context,
  ): MixerResult<tf.Tensor2D> {
    const parts = [this.query, this.key, this.value].map((dense) => spreadRows(dense.forward(hidden), tokens));
    const { output, probabilities } = this.#attend(parts, mask, context);
    return { output: this.output.forward(packRows(output, tokens)), probabilities };
  }

  /** Of query, key and value, [batch, tokens, size] each → [batch, tokens, size], before the output layer */
  #attend(parts: readonly tf.Tensor3D[], mask: AttentionMask | undefined, context: Context): Required<MixerResult> {
    const [query, key, value] = parts.map((part) => this.#split(part)) as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
    const { output, probabilities } = attention(query, key, value, {
      mask,
      bias: this.positions?.forward(query, key),
      onProbabilities: (probabilities) => this.dropout.forward(probabilities, context),
    });
    return { output: tf.reshape(tf.transpose(output, [0, 2, 1, 3]), parts[0]!.shape), probabilities };
  }

  /** [batch, tokens, size] → [batch, heads, tokens, headSize] */
  #split(x: tf.Tensor3D): tf.Tensor4D {
    const [batch, tokens, size] = x.shape;
    return tf.transpose(tf.reshape(x, [batch, tokens, this.heads, size / this.heads]), [0, 2, 1, 3]);
  }
}
