import type * as tf from "@tensorflow/tfjs-core";

/** A loss to minimize, and metrics; scalars on the device. */
export interface ClassifierLoss {
  readonly loss: tf.Scalar;
  readonly metrics: Record<string, tf.Scalar>;
}
