import * as tf from "@tensorflow/tfjs-core";

/** float32's smallest normal number. Some backends take smaller ones for 0, so a division by them may be a NaN. */
const smallest = 2 ** -126;

/** Divides by totals of at least 0 that are constants of the gradient, float32 of any equal shapes; 0 where a total is 0. */
export function divideOrZero<T extends tf.Tensor>(values: T, totals: tf.Tensor): T {
  const isZero = tf.cast(tf.less(totals, smallest), "float32");
  return tf.div<T>(tf.mul(values, tf.sub(1, isZero)), tf.add(totals, isZero));
}
