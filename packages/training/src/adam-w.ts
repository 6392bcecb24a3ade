import { callable, checkOptions, number, oneOf, required, trueOrFalse, type Rules } from "@bertkit/checks";
import { runFusedUpdate } from "@bertkit/ops";

import { adamMoments, type AdamMomentsOptions } from "./adam-moments.ts";
import { clipByGlobalNorm } from "./clip.ts";
import { decayWeights, isDecayedByDefault } from "./decay.ts";
import { clipNormRule, decayRule, learningRateRule } from "./option-rules.ts";
import type { Optimizer } from "./optimizer.ts";
import { optimizerOf, type OptimizerParts } from "./optimizer-of.ts";
import { scaleByRate, type RateOf } from "./rate.ts";
import type { Schedule } from "./schedule.ts";

/**
 * "google": the defaults of google-research/bert's `AdamWeightDecayOptimizer`, without bias correction, and its caller.
 * "pytorch": those of `torch.optim.AdamW`: ε 1e-8, every variable decays, nothing is clipped.
 */
export type AdamWDialect = "google" | "pytorch";

export interface AdamWOptions {
  readonly learningRate: number | Schedule;
  /** Sets other defaults than those below. */
  readonly dialect?: AdamWDialect;
  /** Default 0.9. */
  readonly beta1?: number;
  /** Default 0.999. */
  readonly beta2?: number;
  /** Added to the square root of the second moment. Default 1e-6, as in google-research/bert. */
  readonly epsilon?: number;
  /** Decoupled weight decay. Default 0.01. */
  readonly weightDecay?: number;
  /** Which variables decay. Default: all but biases and norms. */
  readonly decays?: (path: string) => boolean;
  /** Clips gradients to this global norm. Default 1; `Infinity` for no clipping. */
  readonly clipNorm?: number | undefined;
  /** Bias correction as in Adam's paper. Default true; google-research/bert's optimizer has none. */
  readonly biasCorrection?: boolean;
  /** Multiplies the rate of each variable; see `layerwiseRates`. Without the fused kernel. */
  readonly rateOf?: RateOf;
}

const dialects: Readonly<Record<AdamWDialect, Partial<AdamWOptions>>> = {
  google: { biasCorrection: false },
  pytorch: { epsilon: 1e-8, clipNorm: Infinity, decays: () => true },
};

const rules: Rules<AdamWOptions> = {
  learningRate: required(learningRateRule),
  dialect: oneOf(Object.keys(dialects)),
  beta1: decayRule,
  beta2: decayRule,
  epsilon: number({ from: 0 }),
  weightDecay: number({ from: 0 }),
  decays: callable,
  clipNorm: clipNormRule,
  biasCorrection: trueOrFalse,
  rateOf: callable,
};

/**
 * Adam with decoupled weight decay (Loshchilov & Hutter, 2019) and clipping by global norm.
 * A backend that has the fused kernel "BertkitAdamW" updates all variables in one call.
 */
export function adamW(options: AdamWOptions): Optimizer {
  checkOptions("adamW", options, rules);
  const {
    learningRate,
    beta1 = 0.9,
    beta2 = 0.999,
    epsilon = 1e-6,
    weightDecay = 0.01,
    decays = isDecayedByDefault,
    clipNorm = 1,
    biasCorrection = true,
    rateOf,
  } = { ...(options.dialect && dialects[options.dialect]), ...given(options) };
  const moments = { beta1, beta2, epsilon, biasCorrection };
  return optimizerOf({
    kind: "adamW",
    learningRate,
    transforms: [
      clipByGlobalNorm(clipNorm),
      adamMoments(moments),
      decayWeights(weightDecay, decays),
      scaleByRate(rateOf),
    ],
    fused:
      rateOf === undefined
        ? fusedAdamW({ ...moments, clipNorm }, (path) => (decays(path) ? weightDecay : 0))
        : undefined,
  });
}

/** The options without undefined ones, which mean the defaults. */
function given(options: AdamWOptions): AdamWOptions {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as unknown as AdamWOptions;
}

function fusedAdamW(
  numbers: AdamMomentsOptions & { readonly clipNorm: number },
  decayOf: (path: string) => number,
): OptimizerParts["fused"] {
  return (gradients, { step, learningRate, variable, slot }) =>
    runFusedUpdate("BertkitAdamW", () => {
      const paths = [...gradients.keys()];
      const moments = paths.map((path) => [slot("m", path), slot("v", path)] as const);
      return {
        variables: paths.map(variable),
        gradients: [...gradients.values()],
        firstMoments: moments.map(([m]) => m),
        secondMoments: moments.map(([, v]) => v),
        weightDecays: paths.map(decayOf),
        learningRate,
        ...numbers,
        step,
      };
    });
}
