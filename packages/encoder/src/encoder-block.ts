import type * as tf from "@tensorflow/tfjs-core";
import type { Context } from "@bertkit/nn";

import type { Layout } from "./layout.ts";

/** One layer of an encoder. */
export interface EncoderBlock {
  /** Size of the vectors, if known; compared with the other parts' sizes. */
  readonly size?: number | undefined;
  /** Maximum tokens of a row, padding included. Default: no limit. */
  readonly maxTokens?: number | undefined;
  /** float32 [rows, size] → [rows, size], with attention probabilities if the block has any */
  forward(hidden: tf.Tensor2D, layout: Layout, context: Context): BlockResult;
  /**
   * Optional: `forward` at some positions only, int32 [batch, count] → float32 [batch · count, size]. Without it, all
   * positions are computed.
   */
  forwardAt?(hidden: tf.Tensor2D, positions: tf.Tensor2D, layout: Layout, context: Context): tf.Tensor2D;
}

export interface BlockResult {
  /** float32 [rows, size] */
  readonly hidden: tf.Tensor2D;
  /** float32 [batch, heads, tokens, tokens] */
  readonly probabilities?: tf.Tensor4D | undefined;
}
