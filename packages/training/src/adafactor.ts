import { callable, checkOptions, number, trueOrFalse, type Rules } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";

import { clipByGlobalNorm } from "./clip.ts";
import { isDecayedByDefault } from "./decay.ts";
import { divideByFactoredMoment } from "./factored-moment.ts";
import { clipNormRule, decayRule, learningRateRule } from "./option-rules.ts";
import type { Optimizer } from "./optimizer.ts";
import { optimizerOf } from "./optimizer-of.ts";
import type { Schedule } from "./schedule.ts";
import { changeEach, type Transform } from "./transform.ts";

export interface AdafactorOptions {
  /** Default: min(0.01, 1/√step). */
  readonly learningRate?: number | Schedule;
  /** Whether to multiply the rate by each variable's root mean square, of at least 0.001. Default true. */
  readonly scaleParameter?: boolean;
  /** Maximum root mean square of a variable's update, before the rate; `Infinity` for no limit. Default 1. */
  readonly clipThreshold?: number;
  /** The second moment's decay at step t is 1 − t^−decayRate. Default 0.8. */
  readonly decayRate?: number;
  /** Decay of a running mean of updates, which needs as much memory as the weights; 0 for none. Default 0. */
  readonly beta1?: number;
  /** Added to squared gradients. Default 1e-30. */
  readonly epsilon?: number;
  /** Decoupled weight decay. Default 0. */
  readonly weightDecay?: number;
  /** Which variables have weight decay. Default: all except biases and norms. */
  readonly decays?: (path: string) => boolean;
  /** Clips gradients to this global norm. Default `Infinity`, no clipping. */
  readonly clipNorm?: number | undefined;
}

const rules: Rules<AdafactorOptions> = {
  learningRate: learningRateRule,
  scaleParameter: trueOrFalse,
  clipThreshold: number({ above: 0, to: Infinity }),
  decayRate: number({ above: 0 }),
  beta1: decayRule,
  epsilon: number({ above: 0 }),
  weightDecay: number({ from: 0 }),
  decays: callable,
  clipNorm: clipNormRule,
};

const minScale = 1e-3;

/**
 * Adafactor (Shazeer and Stern, 2018), as in Hugging Face transformers. Its state for a matrix [rows, columns]
 * has rows + columns numbers; Adam's has 2 · rows · columns. Without options the rate needs no tuning.
 */
export function adafactor(options: AdafactorOptions = {}): Optimizer {
  checkOptions("adafactor", options, rules);
  const { learningRate = (step: number) => Math.min(0.01, 1 / Math.sqrt(step)), clipNorm = Infinity } = options;
  const { scaleParameter = true, clipThreshold = 1, decayRate = 0.8, epsilon = 1e-30 } = options;
  const { beta1 = 0, weightDecay = 0, decays = isDecayedByDefault } = options;
  const scaleOf = (variable: tf.Tensor): tf.Tensor | number =>
    scaleParameter ? tf.maximum(rootMeanSquare(variable), minScale) : 1;
  return optimizerOf({
    kind: "adafactor",
    learningRate,
    transforms: [
      clipByGlobalNorm(clipNorm),
      divideByFactoredMoment({ decayRate, epsilon }),
      changeEach((change, path, { variable, learningRate }) => {
        const limited = tf.div(change, tf.maximum(tf.div(rootMeanSquare(change), clipThreshold), 1));
        return tf.mul(limited, tf.mul(scaleOf(variable(path)), learningRate));
      }),
      ...(beta1 > 0 ? [meanUpdate(beta1)] : []),
      changeEach((change, path, { variable, learningRate }) => {
        if (weightDecay === 0 || !decays(path)) return change;
        const decay = tf.mul(scaleOf(variable(path)), learningRate * weightDecay);
        // Hugging Face subtracts the update from the decayed weight: (1 − decay) · w − change
        return tf.add(change, tf.mul(variable(path), decay));
      }),
    ],
  });
}

function rootMeanSquare(values: tf.Tensor): tf.Tensor {
  return tf.sqrt(tf.mean(tf.square(values)));
}

function meanUpdate(beta1: number): Transform {
  return {
    slots: ["m"],
    ...changeEach((change, path, { slot }) => {
      const mean = slot("m", path);
      mean.assign(tf.add(tf.mul(mean, beta1), tf.mul(change, 1 - beta1)));
      return mean;
    }),
  };
}
