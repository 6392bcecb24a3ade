import * as tf from "@tensorflow/tfjs-core";
import { gelu, geluTanh } from "@bertkit/ops";

import type { Activation } from "./bert-config.ts";

/** The functions that a config names. */
export const activations: Readonly<Record<Activation, <T extends tf.Tensor>(x: T) => T>> = {
  gelu,
  gelu_tanh: geluTanh,
  relu: (x) => tf.relu(x),
  silu: (x) => tf.mul(x, tf.sigmoid(x)),
};
