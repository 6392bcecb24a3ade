import { callable, checkValue } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";

import { isDecayedByDefault } from "./decay.ts";
import { changeEach, type Transform } from "./transform.ts";

/**
 * Scales each variable's change to the norm of the variable, the "trust ratio" of LAMB (You et al., 2019, algorithm 2);
 * if either norm is 0, the change is kept. Source: google-research/albert, lamb_optimizer.py.
 *
 * @param adapts which variables are scaled. Default: all but biases and norms
 */
export function scaleByTrustRatio(adapts: (path: string) => boolean = isDecayedByDefault): Transform {
  checkValue("scaleByTrustRatio", "adapts", adapts, callable, "Pass (path) => whether its change is scaled.");
  return changeEach((change, path, { variable }) => {
    if (!adapts(path)) return change;
    const [weights, update] = [tf.norm(variable(path)), tf.norm(change)];
    const usable = tf.logicalAnd(tf.greater(weights, 0), tf.greater(update, 0));
    return tf.mul(change, tf.where(usable, tf.div(weights, tf.maximum(update, 1e-37)), tf.onesLike(weights)));
  });
}
