import { callable, checkValue, either, oneOf, type Rule, checkTensor } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";
import { gelu, geluTanh } from "@bertkit/ops";

import type { Activation } from "./bert-config.ts";

/** An elementwise function, float32 [...] → [...]. */
export type ActivationFunction = <T extends tf.Tensor>(x: T) => T;

/** Activation functions by their name in a config. */
export const activations: Readonly<Record<Activation, ActivationFunction>> = {
  gelu,
  gelu_tanh: geluTanh,
  relu: (x) => {
    checkTensor("relu", "x", x);
    return tf.relu(x);
  },
  silu: (x) => {
    checkTensor("silu", "x", x);
    return tf.mul(x, tf.sigmoid(x));
  },
};

/** Looks up an activation by name; returns a function unchanged. */
export function activationOf(activation: Activation | ActivationFunction): ActivationFunction {
  checkValue("activationOf", "activation", activation, activationRule, "Pass a name, or a function of a tensor.");
  return typeof activation === "function" ? activation : activations[activation];
}

/** A name, or a function. */
export const activationRule: Rule = either(oneOf(Object.keys(activations)), callable);
