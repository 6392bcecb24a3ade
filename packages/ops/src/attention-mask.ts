import * as tf from "@tensorflow/tfjs-core";

declare const brand: unique symbol;

/**
 * Which keys a query may attend to. A type of its own, made by `attentionMask` alone: neither a tensor of ones and
 * zeros nor a bias for the scores can be passed in its place, nor it in theirs.
 */
export interface AttentionMask {
  readonly kind: "attention-mask";
  /** 0 where attention is allowed, −10,000 where it is not, float32 [batch, 1, 1 or queries, keys]. */
  readonly adder: tf.Tensor4D;
  readonly [brand]: true;
}

/**
 * The mask from 1 where attention is allowed and 0 where it is not; the adder (1 − mask) · −10,000 is
 * google-research/bert's (modeling.py, `attention_layer`).
 *
 * @param allowed int32, bool or float32: [batch, tokens] hides padding from every query; [batch, queries, keys] says
 *   it for each query of its own, such as for several texts packed into one row
 * @throws where the rank is neither 2 nor 3
 */
export function attentionMask(allowed: tf.Tensor2D | tf.Tensor3D): AttentionMask {
  const { shape } = allowed as tf.Tensor;
  if (shape.length !== 2 && shape.length !== 3) {
    throw new Error(
      `attentionMask: needs [batch, tokens] or [batch, queries, keys], got [${shape}]. Give 1 for tokens and 0 for padding.`,
    );
  }
  const [batch, keys] = [shape[0]!, shape.at(-1)!];
  const queries = shape.length === 3 ? shape[1]! : 1;
  const adder = tf.tidy(() =>
    tf.reshape(tf.mul(tf.sub(1, tf.cast(allowed, "float32")), -10_000), [batch, 1, queries, keys]),
  );
  return { kind: "attention-mask", adder } as AttentionMask;
}
