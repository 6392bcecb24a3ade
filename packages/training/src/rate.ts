import * as tf from "@tensorflow/tfjs-core";

import { changeEach, type Transform } from "./transform.ts";

/** Multiplies each change by the step's learning rate. */
export function scaleByRate(): Transform {
  return changeEach((change, _, { learningRate }) => tf.mul(change, learningRate));
}
