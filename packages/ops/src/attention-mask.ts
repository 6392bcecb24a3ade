import { checkTensor } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";

declare const brand: unique symbol;

/**
 * Which keys each query may attend to. Made by `attentionMask`; a distinct type, so that a tensor of ones and zeros or
 * a score bias is not passed by mistake.
 */
export interface AttentionMask {
  readonly kind: "attention-mask";
  /** 0 if attention is allowed, otherwise −10,000; float32 [batch, 1, 1 or queries, keys]. */
  readonly adder: tf.Tensor4D;
  readonly [brand]: true;
}

/**
 * Creates an attention mask from 1 (attend) and 0 (ignore). The scores get (1 − mask) · −10,000 added, as in
 * google-research/bert (modeling.py, `attention_layer`).
 *
 * @param allowed int32, bool or float32: [batch, tokens] hides padding from every query; [batch, queries, keys] differs
 *   between queries, such as for several texts packed into one row
 * @throws RangeError if the rank is neither 2 nor 3
 */
export function attentionMask(allowed: tf.Tensor2D | tf.Tensor3D): AttentionMask {
  checkTensor("attentionMask", "allowed", allowed);
  const { shape } = allowed as tf.Tensor;
  if (shape.length !== 2 && shape.length !== 3) {
    throw new RangeError(
      `attentionMask: needs [batch, tokens] or [batch, queries, keys], got [${shape}]. Pass 1 for tokens and 0 for padding.`,
    );
  }
  const [batch, keys] = [shape[0]!, shape.at(-1)!];
  const queries = shape.length === 3 ? shape[1]! : 1;
  const adder = tf.tidy(() =>
    tf.reshape(tf.mul(tf.sub(1, tf.cast(allowed, "float32")), -10_000), [batch, 1, queries, keys]),
  );
  return { kind: "attention-mask", adder } as AttentionMask;
}
