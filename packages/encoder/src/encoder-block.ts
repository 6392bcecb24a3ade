import * as tf from "@tensorflow/tfjs-core";
import type { AttentionMask } from "@bertkit/ops";
import { Dropout, type Context } from "@bertkit/nn";

import type { Mixer, MixerResult } from "./self-attention.ts";
import { packRows, spreadRows, type TokenRows } from "./token-rows.ts";

/** The slot for one layer of an encoder. */
export interface EncoderBlock {
  /** float32 [batch, tokens, size] → the same shape, and the attention's probabilities where it has any */
  forward(hidden: tf.Tensor3D, mask: AttentionMask | undefined, context: Context): BlockResult;
  /** The same for tokens without their padding, [rows, size] → [rows, size]; without it padding is never skipped. */
  forwardRows?(
    hidden: tf.Tensor2D,
    tokens: TokenRows,
    mask: AttentionMask | undefined,
    context: Context,
  ): BlockResult<tf.Tensor2D>;
}

export interface BlockResult<T extends tf.Tensor = tf.Tensor3D> {
  hidden: T;
  probabilities?: tf.Tensor4D;
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

  forward(hidden: tf.Tensor3D, mask: AttentionMask | undefined, context: Context): BlockResult {
    return this.#afterAttention(hidden, this.attention.forward(hidden, mask, context), context);
  }

  forwardRows(
    hidden: tf.Tensor2D,
    tokens: TokenRows,
    mask: AttentionMask | undefined,
    context: Context,
  ): BlockResult<tf.Tensor2D> {
    const mixed =
      this.attention.forwardRows?.(hidden, tokens, mask, context) ?? this.#mixAll(hidden, tokens, mask, context);
    return this.#afterAttention(hidden, mixed, context);
  }

  #mixAll(
    hidden: tf.Tensor2D,
    tokens: TokenRows,
    mask: AttentionMask | undefined,
    context: Context,
  ): MixerResult<tf.Tensor2D> {
    const mixed = this.attention.forward(spreadRows(hidden, tokens), mask, context);
    return { ...mixed, output: packRows(mixed.output, tokens) };
  }

  #afterAttention<T extends tf.Tensor>(
    hidden: T,
    { output, probabilities }: MixerResult<T>,
    context: Context,
  ): BlockResult<T> {
    const attended = this.attentionNorm.forward(tf.add(hidden, this.dropout.forward(output, context))) as T;
    const transformed = this.dropout.forward(this.feedForward.forward(attended), context);
    const result = this.feedForwardNorm.forward(tf.add(attended, transformed)) as T;
    return probabilities === undefined ? { hidden: result } : { hidden: result, probabilities };
  }
}
