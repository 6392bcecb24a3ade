import * as tf from "@tensorflow/tfjs-core";
import { Dropout, type Context } from "@bertkit/nn";

import type { Layout } from "./layout.ts";
import type { Mixer } from "./self-attention.ts";

/** The slot for one layer of an encoder. */
export interface EncoderBlock {
  /** float32 [rows, size] → the same shape, and the attention's probabilities where it has any */
  forward(hidden: tf.Tensor2D, layout: Layout, context: Context): BlockResult;
}

export interface BlockResult {
  /** float32 [rows, size] */
  hidden: tf.Tensor2D;
  /** float32 [batch, heads, tokens, tokens] */
  probabilities?: tf.Tensor4D | undefined;
}

/** A part that maps every token's vector to another of the same length. */
export interface TokenWise {
  forward<T extends tf.Tensor>(x: T): T;
}

export interface PostNormBlockParts {
  attention: Mixer;
  attentionNorm: TokenWise;
  feedForward: TokenWise;
  feedForwardNorm: TokenWise;
  /** After each sub-layer, before the residual is added, 0 … 1. Default 0. */
  dropout?: number;
}

/**
 * BERT's block: attention, then feed-forward, each with dropout, a residual connection and the norm after it.
 * Source: modeling.py, `transformer_model`.
 */
export class PostNormBlock implements EncoderBlock {
  readonly attention: Mixer;
  readonly attentionNorm: TokenWise;
  readonly feedForward: TokenWise;
  readonly feedForwardNorm: TokenWise;
  readonly dropout: Dropout;

  constructor({ attention, attentionNorm, feedForward, feedForwardNorm, dropout = 0 }: PostNormBlockParts) {
    this.attention = attention;
    this.attentionNorm = attentionNorm;
    this.feedForward = feedForward;
    this.feedForwardNorm = feedForwardNorm;
    this.dropout = new Dropout(dropout);
  }

  forward(hidden: tf.Tensor2D, layout: Layout, context: Context): BlockResult {
    const { output, probabilities } = this.attention.forward(hidden, layout, context);
    const attended = this.attentionNorm.forward<tf.Tensor2D>(tf.add(hidden, this.dropout.forward(output, context)));
    const transformed = this.dropout.forward(this.feedForward.forward(attended), context);
    return { hidden: this.feedForwardNorm.forward<tf.Tensor2D>(tf.add(attended, transformed)), probabilities };
  }
}
