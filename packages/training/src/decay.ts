import { checkValue, number } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";

import { changeEach, type Transform } from "./transform.ts";

/** What BERT's authors exclude from weight decay: LayerNorm's parameters and every bias. */
export function isDecayedByDefault(path: string): boolean {
  return !/(^|\.)(bias|gamma|beta|outputBias)$/.test(path);
}

/**
 * Adds `weightDecay` times the variable, which the rate then scales: decoupled weight decay (Loshchilov & Hutter, 2019).
 * @param decays which variables decay; default all but biases and norms
 */
export function decayWeights(weightDecay: number, decays: (path: string) => boolean = isDecayedByDefault): Transform {
  checkValue("decayWeights", "weightDecay", weightDecay, number({ from: 0 }), "Pass 0 for no decay.");
  return changeEach((change, path, { variable }) =>
    weightDecay !== 0 && decays(path) ? tf.add(change, tf.mul(variable(path), weightDecay)) : change,
  );
}
