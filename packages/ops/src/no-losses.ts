import * as tf from "@tensorflow/tfjs-core";

import { withGradient } from "./with-gradient.ts";

/** The losses of no rows, float32 [0]; every input has a gradient of zeros. Not all backends can gather from nothing. */
export function noLosses(inputs: readonly tf.Tensor[]): tf.Tensor1D {
  return withGradient<tf.Tensor[]>([...inputs], {
    forward: () => ({ value: tf.zeros([0]), saved: [] }),
    backward: () => inputs.map(({ shape }) => tf.zeros(shape)),
  }) as tf.Tensor1D;
}
