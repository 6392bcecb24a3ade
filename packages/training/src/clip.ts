import * as tf from "@tensorflow/tfjs-core";

/** √ of the sum of all squares, float32 scalar, computed where the tensors are. */
export function globalNorm(tensors: Iterable<tf.Tensor>): tf.Scalar {
  return tf.tidy(() => {
    const squares = Array.from(tensors, (tensor) => tf.sum(tf.square(tensor)));
    return tf.sqrt(tf.sum(tf.stack(squares))) as tf.Scalar;
  });
}

/** min(1, clipNorm / norm): what to multiply gradients by so that their global norm is at most `clipNorm`. */
export function clipScale(norm: tf.Scalar, clipNorm: number): tf.Scalar {
  return tf.tidy(() => tf.minimum(1, tf.div(clipNorm, tf.add(norm, 1e-12))) as tf.Scalar);
}
