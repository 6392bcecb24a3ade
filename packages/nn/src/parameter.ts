import * as tf from "@tensorflow/tfjs-core";

import type { Initializer } from "./initializers.ts";
import type { Rng } from "./rng.ts";

/**
 * A trainable float32 variable. It belongs to the module that makes it and outlives any tidy;
 * `dispose(model)` frees it.
 */
export function parameter<R extends tf.Rank>(
  shape: tf.ShapeMap[R],
  initializer: Initializer,
  rng: Rng,
): tf.Variable<R> {
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
  initializer(values, rng);
  return tf.tidy(() => tf.variable(tf.tensor(values, shape)));
}
