import { callable, checkText, checkValue, number } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";

import { changeEach, type Transform } from "./transform.ts";

/** Whether BERT's authors decay a variable: all but biases and the parameters of LayerNorm. */
export function isDecayedByDefault(path: string): boolean {
  checkText("isDecayedByDefault", "path", path, "Pass a variable's path.");
  return !/(^|\.)(bias|gamma|beta|outputBias)$/.test(path);
}

/**
 * Decoupled weight decay (Loshchilov & Hutter, 2019): adds `weightDecay` times the variable to its change, before the
 * learning rate is applied.
 * @param decays selects the variables that decay; default all but biases and norms
 */
export function decayWeights(weightDecay: number, decays: (path: string) => boolean = isDecayedByDefault): Transform {
  checkValue("decayWeights", "weightDecay", weightDecay, number({ from: 0 }), "Pass 0 for no decay.");
  checkValue("decayWeights", "decays", decays, callable, "Pass (path) => whether it decays.");
  return changeEach((change, path, { variable }) =>
    weightDecay !== 0 && decays(path) ? tf.add(change, tf.mul(variable(path), weightDecay)) : change,
  );
}
