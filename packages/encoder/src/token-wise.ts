import type * as tf from "@tensorflow/tfjs-core";

/** A part that maps every token's vector to another of the same length. */
export interface TokenWise {
  /** That length; where parts say it, the constructors of what holds them compare it. */
  readonly size?: number | undefined;
  forward<T extends tf.Tensor>(x: T): T;
}
