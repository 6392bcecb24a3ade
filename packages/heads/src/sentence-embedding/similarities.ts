import * as tf from "@tensorflow/tfjs-core";

/** Scales vectors float32 [batch, size] to unit length; a vector of zeros does not change. */
export function unitLength(vectors: tf.Tensor2D): tf.Tensor2D {
  return tf.div(vectors, tf.sqrt(tf.maximum(tf.sum(tf.square(vectors), 1, true), 1e-24)));
}

/** The cosine of corresponding rows, float32 [batch]. */
export function pairCosines(left: tf.Tensor2D, right: tf.Tensor2D): tf.Tensor1D {
  return tf.sum(tf.mul(unitLength(left), unitLength(right)), 1);
}
