import type * as tf from "@tensorflow/tfjs-core";

/** A loss to minimise and numbers to show, all scalars on the device. */
export interface ClassifierLoss {
  readonly loss: tf.Scalar;
  readonly metrics: Record<string, tf.Scalar>;
}
