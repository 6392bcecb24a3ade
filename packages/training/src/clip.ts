import * as tf from "@tensorflow/tfjs-core";

import type { Transform } from "./transform.ts";

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

/** Scales all changes together so that their global norm is at most `clipNorm`; `Infinity` leaves them as they are. */
export function clipByGlobalNorm(clipNorm: number): Transform {
  return {
    apply(changes) {
      if (clipNorm === Infinity || changes.size === 0) return changes;
      const scale = clipScale(globalNorm(changes.values()), clipNorm);
      return new Map([...changes].map(([path, change]) => [path, tf.mul(change, scale)]));
    },
  };
}
