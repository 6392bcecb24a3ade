import { callable, checkOptions, number, required, trueOrFalse, type Rules } from "@bertkit/checks";

import { adamMoments } from "./adam-moments.ts";
import { clipByGlobalNorm } from "./clip.ts";
import { decayWeights, isDecayedByDefault } from "./decay.ts";
import { clipNormRule, decayRule, learningRateRule } from "./option-rules.ts";
import type { Optimizer } from "./optimizer.ts";
import { optimizerOf } from "./optimizer-of.ts";
import { scaleByRate, type RateOf } from "./rate.ts";
import type { Schedule } from "./schedule.ts";
import { scaleByTrustRatio } from "./trust-ratio.ts";

export interface LambOptions {
  readonly learningRate: number | Schedule;
  /** Default 0.9. */
  readonly beta1?: number;
  /** Default 0.999. */
  readonly beta2?: number;
  /** Added to the square root of the second moment. Default 1e-6. */
  readonly epsilon?: number;
  /** Added to the update before it is scaled. Default 0.01. */
  readonly weightDecay?: number;
  /** Which variables decay. Default: all but biases and norms. */
  readonly decays?: (path: string) => boolean;
  /** Which variables' updates are scaled to their norm. Default: all but biases and norms. */
  readonly adapts?: (path: string) => boolean;
  /** Clips gradients to this global norm. Default 1; `Infinity` for no clipping. */
  readonly clipNorm?: number | undefined;
  /** Default true, as in the paper; google-research/albert's optimizer has none. */
  readonly biasCorrection?: boolean;
  /** Multiplies the rate of each variable; see `layerwiseRates`. */
  readonly rateOf?: RateOf;
}

const rules: Rules<LambOptions> = {
  learningRate: required(learningRateRule),
  beta1: decayRule,
  beta2: decayRule,
  epsilon: number({ from: 0 }),
  weightDecay: number({ from: 0 }),
  decays: callable,
  adapts: callable,
  clipNorm: clipNormRule,
  biasCorrection: trueOrFalse,
  rateOf: callable,
};

/** LAMB, Adam for batches of thousands (You et al., 2019, "Large Batch Optimization for Deep Learning", algorithm 2). */
export function lamb(options: LambOptions): Optimizer {
  checkOptions("lamb", options, rules);
  const {
    learningRate,
    beta1 = 0.9,
    beta2 = 0.999,
    epsilon = 1e-6,
    weightDecay = 0.01,
    biasCorrection = true,
  } = options;
  const { decays = isDecayedByDefault, adapts = isDecayedByDefault, clipNorm = 1, rateOf } = options;
  return optimizerOf({
    kind: "lamb",
    learningRate,
    transforms: [
      clipByGlobalNorm(clipNorm),
      adamMoments({ beta1, beta2, epsilon, biasCorrection }),
      decayWeights(weightDecay, decays),
      scaleByTrustRatio(adapts),
      scaleByRate(rateOf),
    ],
  });
}
