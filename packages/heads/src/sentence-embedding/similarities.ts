import * as tf from "@tensorflow/tfjs-core";

/** Vectors float32 [b, d] at length one; a vector of zeros stays. */
export function unitLength(vectors: tf.Tensor2D): tf.Tensor2D {
  return tf.div(vectors, tf.sqrt(tf.maximum(tf.sum(tf.square(vectors), 1, true), 1e-24)));
}

/** The cosine of each row of one with the row of the other, float32 [b]. */
export function pairCosines(left: tf.Tensor2D, right: tf.Tensor2D): tf.Tensor1D {
  return tf.sum(tf.mul(unitLength(left), unitLength(right)), 1);
}
