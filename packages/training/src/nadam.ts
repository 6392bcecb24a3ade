import { checkOptions, number, type Rules } from "@bertkit/checks";

import { clipByGlobalNorm } from "./clip.ts";
import { nadamMoments } from "./nadam-moments.ts";
import { clipNormRule, decayRule, learningRateRule } from "./option-rules.ts";
import type { Optimizer } from "./optimizer.ts";
import { optimizerOf } from "./optimizer-of.ts";
import { scaleByRate } from "./rate.ts";
import type { Schedule } from "./schedule.ts";

export interface NadamOptions {
  /** Default 0.001. */
  readonly learningRate?: number | Schedule;
  /** Default 0.9. */
  readonly beta1?: number;
  /** Default 0.999. */
  readonly beta2?: number;
  /** Default 1e-7. */
  readonly epsilon?: number;
  /** Clips gradients to this global norm. Default `Infinity`, no clipping. */
  readonly clipNorm?: number | undefined;
}

const rules: Rules<NadamOptions> = {
  learningRate: learningRateRule,
  beta1: decayRule,
  beta2: decayRule,
  epsilon: number({ from: 0 }),
  clipNorm: clipNormRule,
};

/** Adam with Nesterov momentum (Dozat, 2016), with the defaults and momentum schedule of Keras. */
export function nadam(options: NadamOptions = {}): Optimizer {
  checkOptions("nadam", options, rules);
  const { learningRate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7, clipNorm = Infinity } = options;
  return optimizerOf({
    kind: "nadam",
    learningRate,
    transforms: [clipByGlobalNorm(clipNorm), nadamMoments({ beta1, beta2, epsilon }), scaleByRate()],
  });
}
