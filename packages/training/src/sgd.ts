import { callable, checkOptions, checkValue, number, required, trueOrFalse, type Rules } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";

import { clipByGlobalNorm } from "./clip.ts";
import { decayWeights } from "./decay.ts";
import { clipNormRule, decayRule, learningRateRule } from "./option-rules.ts";
import type { Optimizer } from "./optimizer.ts";
import { optimizerOf } from "./optimizer-of.ts";
import { scaleByRate, type RateOf } from "./rate.ts";
import type { Schedule } from "./schedule.ts";
import { changeEach, type Transform } from "./transform.ts";

export interface SgdOptions {
  readonly learningRate: number | Schedule;
  /** Momentum. Default 0, none. */
  readonly momentum?: number;
  /** Whether to use Nesterov momentum; needs `momentum`. Default false. */
  readonly nesterov?: boolean;
  /** Added to the gradient, before the momentum: L2 regularization. Default 0. */
  readonly weightDecay?: number;
  /** Which variables decay. Default: all, as in PyTorch. */
  readonly decays?: (path: string) => boolean;
  /** Clips gradients to this global norm. Default `Infinity`, no clipping. */
  readonly clipNorm?: number | undefined;
  /** Multiplies the rate of each variable; see `layerwiseRates`. */
  readonly rateOf?: RateOf;
}

const rules: Rules<SgdOptions> = {
  learningRate: required(learningRateRule),
  momentum: decayRule,
  nesterov: trueOrFalse,
  weightDecay: number({ from: 0 }),
  decays: callable,
  clipNorm: clipNormRule,
  rateOf: callable,
};

/**
 * Stochastic gradient descent with momentum, as PyTorch's `torch.optim.SGD` without dampening.
 *
 * @throws RangeError for `nesterov` without momentum
 */
export function sgd(options: SgdOptions): Optimizer {
  checkOptions("sgd", options, rules);
  const { learningRate, momentum = 0, nesterov = false, weightDecay = 0 } = options;
  if (nesterov && momentum === 0)
    throw new RangeError("sgd: nesterov needs momentum above 0. Pass momentum, such as 0.9, or omit nesterov.");
  const { decays = () => true, clipNorm = Infinity, rateOf } = options;
  return optimizerOf({
    kind: "sgd",
    learningRate,
    transforms: [
      clipByGlobalNorm(clipNorm),
      decayWeights(weightDecay, decays),
      ...(momentum > 0 ? [sumWithMomentum(momentum, nesterov)] : []),
      scaleByRate(rateOf),
    ],
  });
}

/**
 * Momentum: the sum of all changes, multiplied by `momentum` at each step; with `nesterov` as in Sutskever et al.,
 * 2013.
 */
export function sumWithMomentum(momentum: number, nesterov = false): Transform {
  checkValue("sumWithMomentum", "momentum", momentum, decayRule, "Pass the fraction of the sum to keep, such as 0.9.");
  checkValue("sumWithMomentum", "nesterov", nesterov, trueOrFalse, "Leave it out for false.");
  return {
    slots: ["momentum"],
    ...changeEach((change, path, { slot }) => {
      const sum = slot("momentum", path);
      sum.assign(tf.add(tf.mul(sum, momentum), change));
      return nesterov ? tf.add(change, tf.mul(sum, momentum)) : sum;
    }),
  };
}
