import * as tf from "@tensorflow/tfjs-core";

import { ownedTensor } from "@bertkit/ops";
import { callable, checkArray, checkValue, object, wholeNumber } from "@bertkit/checks";
import type { Initializer } from "./initializers.ts";
import type { Rng } from "./rng.ts";
import { sharedZeros, withoutDraws } from "./without-draws.ts";

/** Creates a trainable float32 variable. `tf.tidy` does not free it; `dispose(model)` does. */
export function parameter<R extends tf.Rank>(
  shape: tf.ShapeMap[R],
  initializer: Initializer,
  rng: Rng,
): tf.Variable<R> {
  checkArray("parameter", "shape", shape, "lengths");
  for (const [axis, length] of shape.entries())
    checkValue("parameter", `shape[${axis}]`, length, wholeNumber(), "Pass the length of each axis.");
  checkValue("parameter", "initializer", initializer, callable, "Pass one such as truncatedNormal(0.02).");
  checkValue("parameter", "rng", rng, object("an Rng", "random"), "Pass new Rng(seed).");
  const size = shape.reduce((product, length) => product * length, 1);
  if (rng === withoutDraws) return tf.tidy(() => tf.variable(tf.tensor(sharedZeros(size), shape)));
  const values = new Float32Array(size);
  initializer(values, rng);
  return tf.tidy(() => tf.variable(ownedTensor<R>(values, shape)));
}
