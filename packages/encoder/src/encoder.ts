import type * as tf from "@tensorflow/tfjs-core";
import type { Context } from "@bertkit/nn";

import type { TokenRows } from "./token-rows.ts";

/** What an encoder reads. */
export interface EncoderInputs {
  /** int32 [batch, tokens] */
  inputIds: tf.Tensor2D;
  /** 1 for tokens, 0 for padding, int32 [batch, tokens]; absent: no padding */
  attentionMask?: tf.Tensor2D | undefined;
  /** 0 for sentence A, 1 for sentence B, int32 [batch, tokens]; absent: all 0 */
  tokenTypeIds?: tf.Tensor2D | undefined;
  /**
   * Where the tokens are among the padding, as `bertInputs` says it: padding is then left out wherever one token is looked
   * at alone, and its vectors come out as zeros. Absent: padding is computed like tokens.
   */
  tokenRows?: TokenRows | undefined;
}

export interface EncoderOutputs {
  /** The last block's vectors, float32 [batch, tokens, hiddenSize] */
  sequenceOutput: tf.Tensor3D;
  /** The pooler's vector of [CLS], float32 [batch, hiddenSize]; absent without a pooler */
  pooledOutput?: tf.Tensor2D;
  /**
   * The embeddings' vectors, then every block's, the last after the final norm: layers + 1 of [batch, tokens, hiddenSize]; on
   * request
   */
  hiddenStates?: tf.Tensor3D[];
  /** Every block's attention probabilities, [batch, heads, tokens, tokens]; on request */
  attentions?: tf.Tensor4D[];
}

export interface EncoderRequest {
  hiddenStates?: boolean;
  attentions?: boolean;
}

/** What heads and objectives need of an encoder; yours may be any object that has it. */
export interface Encoder {
  readonly hiddenSize: number;
  /** Whether there is a `pooledOutput`, where the encoder says it; heads that need one refuse it then by their constructor. */
  readonly hasPooler?: boolean | undefined;
  forward(inputs: EncoderInputs, context: Context, request?: EncoderRequest): EncoderOutputs;
  /**
   * The same for the vectors at some positions of each sequence alone, for less work; an encoder need not have it.
   *
   * @param positions int32 [batch, count], each in [0, tokens), 0 first where the pooler's vector is read
   * @returns sequenceOutput float32 [batch, count, hiddenSize]
   */
  forwardAt?(inputs: EncoderInputs, positions: tf.Tensor2D, context: Context): EncoderOutputs;
}
