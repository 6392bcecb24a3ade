import type * as tf from "@tensorflow/tfjs-core";

/** A part that maps each token's vector to a vector of the same size, such as a norm or feed-forward. */
export interface TokenWise {
  /** Size of the vectors, if known; compared with the other parts' sizes. */
  readonly size?: number | undefined;
  forward<T extends tf.Tensor>(x: T): T;
}
