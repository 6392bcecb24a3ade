import type * as tf from "@tensorflow/tfjs-core";
import type { Context } from "@bertkit/nn";

import type { TokenRows } from "./token-rows.ts";

/** Inputs of an encoder. */
export interface EncoderInputs {
  /** int32 [batch, tokens] */
  readonly inputIds: tf.Tensor2D;
  /** 1 for tokens, 0 for padding, int32 [batch, tokens]. Default: no padding. */
  readonly attentionMask?: tf.Tensor2D | undefined;
  /** 0 for sentence A, 1 for sentence B, int32 [batch, tokens]. Default: all 0. */
  readonly tokenTypeIds?: tf.Tensor2D | undefined;
  /**
   * The sequence of each token, if several are packed into one row: tokens attend to those with the same number; padding
   * has 0. int32 [batch, tokens]. Default: a row is one sequence.
   */
  readonly sequenceIds?: tf.Tensor2D | undefined;
  /** Each token's position in its sequence, int32 [batch, tokens]. Default: its position in the row. */
  readonly positionIds?: tf.Tensor2D | undefined;
  /**
   * The positions of tokens among padding, made by `bertInputs`. Token-wise layers then skip padding, and its vectors
   * are zeros. Without it, padding is computed like tokens.
   */
  readonly tokenRows?: TokenRows | undefined;
}

export interface EncoderOutputs {
  /** Output of the last block, float32 [batch, tokens, hiddenSize] */
  readonly sequenceOutput: tf.Tensor3D;
  /** Output of the pooler over [CLS], float32 [batch, hiddenSize]; undefined without a pooler */
  readonly pooledOutput?: tf.Tensor2D;
  /**
   * On request: the output of the embeddings, then of every block, the last after the final norm. layers + 1 tensors,
   * each [batch, tokens, hiddenSize].
   */
  readonly hiddenStates?: tf.Tensor3D[];
  /** On request: every block's attention probabilities, [batch, heads, tokens, tokens] */
  readonly attentions?: tf.Tensor4D[];
}

export interface EncoderRequest {
  readonly hiddenStates?: boolean;
  readonly attentions?: boolean;
}

/** The interface of an encoder for heads and objectives. Any object with these members fits. */
export interface Encoder {
  readonly hiddenSize: number;
  /** Whether `forward` returns a `pooledOutput`. If false, constructors of heads that need one throw. */
  readonly hasPooler?: boolean | undefined;
  /**
   * Maximum tokens of a row, padding included, unless inputs have `positionIds`. Heads truncate and pad to it. Default: no
   * limit.
   */
  readonly maxTokens?: number | undefined;
  forward(inputs: EncoderInputs, context: Context, request?: EncoderRequest): EncoderOutputs;
  /**
   * Optional: `forward` at some positions of each sequence only, which is cheaper.
   *
   * @param positions int32 [batch, count], each in [0, tokens); the first must be 0 if `pooledOutput` is used. With
   *   `tokenRows` each must be a token's: padding has no vector of its own, and gets another's
   * @returns sequenceOutput float32 [batch, count, hiddenSize]
   */
  forwardAt?(inputs: EncoderInputs, positions: tf.Tensor2D, context: Context): EncoderOutputs;
}
