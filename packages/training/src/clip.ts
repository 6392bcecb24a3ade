import { checkList, checkObject, checkTensor, checkValue } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";

import { clipNormRule } from "./option-rules.ts";
import type { Transform } from "./transform.ts";

const clipFix = "Pass the largest norm that gradients may have.";

/** The square root of the sum of all squares, a float32 scalar on the device. */
export function globalNorm(tensors: Iterable<tf.Tensor>): tf.Scalar {
  checkList("globalNorm", "tensors", tensors, "tensors");
  return tf.tidy(() => {
    const squares = Array.from(tensors, (tensor) => {
      checkObject("globalNorm", "each of tensors", tensor, "a tensor", "dataId");
      return tf.sum(tf.square(tensor));
    });
    if (squares.length === 0) return tf.scalar(0);
    return tf.sqrt(tf.sum(tf.stack(squares))) as tf.Scalar;
  });
}

/** min(1, clipNorm / norm): the factor that limits the global norm of gradients to `clipNorm`. */
export function clipScale(norm: tf.Scalar, clipNorm: number): tf.Scalar {
  checkValue("clipScale", "clipNorm", clipNorm, clipNormRule, clipFix);
  checkTensor("clipScale", "norm", norm);
  return tf.tidy(() => tf.minimum(1, tf.div(clipNorm, tf.add(norm, 1e-12))) as tf.Scalar);
}

/** Clips changes to a global norm; `Infinity` for no clipping. */
export function clipByGlobalNorm(clipNorm: number): Transform {
  checkValue("clipByGlobalNorm", "clipNorm", clipNorm, clipNormRule, clipFix);
  return {
    apply(changes) {
      if (clipNorm === Infinity || changes.size === 0) return changes;
      const scale = clipScale(globalNorm(changes.values()), clipNorm);
      return new Map([...changes].map(([path, change]) => [path, tf.mul(change, scale)]));
    },
  };
}
