import { callable, either, oneOf, type Rule } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";
import { gelu, geluTanh } from "@bertkit/ops";

import type { Activation } from "./bert-config.ts";

/** float32 of any shape → the same shape, one number at a time. */
export type ActivationFunction = <T extends tf.Tensor>(x: T) => T;

/** The functions that a config names. */
export const activations: Readonly<Record<Activation, ActivationFunction>> = {
  gelu,
  gelu_tanh: geluTanh,
  relu: (x) => tf.relu(x),
  silu: (x) => tf.mul(x, tf.sigmoid(x)),
};

/** The function of a name, or the function itself. */
export function activationOf(activation: Activation | ActivationFunction): ActivationFunction {
  return typeof activation === "function" ? activation : activations[activation];
}

/** A name, or a function. */
export const activationRule: Rule = either(oneOf(Object.keys(activations)), callable);
