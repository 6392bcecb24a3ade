import type * as tf from "@tensorflow/tfjs-core";
import type { Context } from "@bertkit/nn";

import type { Layout } from "./layout.ts";

/** The slot for one layer of an encoder. */
export interface EncoderBlock {
  /** Length of the vectors, where the block says it. */
  readonly size?: number | undefined;
  /** float32 [rows, size] → the same shape, and the attention's probabilities where it has any */
  forward(hidden: tf.Tensor2D, layout: Layout, context: Context): BlockResult;
  /** The same at some positions alone, int32 [batch, count] → float32 [batch · count, size]; without it all are computed. */
  forwardAt?(hidden: tf.Tensor2D, positions: tf.Tensor2D, layout: Layout, context: Context): tf.Tensor2D;
}

export interface BlockResult {
  /** float32 [rows, size] */
  hidden: tf.Tensor2D;
  /** float32 [batch, heads, tokens, tokens] */
  probabilities?: tf.Tensor4D | undefined;
}
