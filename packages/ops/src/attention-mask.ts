import * as tf from "@tensorflow/tfjs-core";

/** Which keys a query may attend to; a type of its own, so that it cannot be passed where a bias is meant. */
export interface AttentionMask {
  readonly kind: "attention-mask";
  /** 0 where attention is allowed, −10,000 where it is not, float32 [batch, 1, 1, tokens]. */
  readonly adder: tf.Tensor4D;
}

/**
 * The mask from 1 for tokens and 0 for padding; the adder (1 − mask) · −10,000 is google-research/bert's
 * (modeling.py, `attention_layer`).
 *
 * @param tokens int32, bool or float32 [batch, tokens]
 */
export function attentionMask(tokens: tf.Tensor2D): AttentionMask {
  const [batch, length] = tokens.shape;
  const adder = tf.tidy(() =>
    tf.reshape(tf.mul(tf.sub(1, tf.cast(tokens, "float32")), -10_000), [batch, 1, 1, length]),
  );
  return { kind: "attention-mask", adder: adder as tf.Tensor4D };
}
