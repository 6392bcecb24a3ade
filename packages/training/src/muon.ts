import { checkOptions, number, trueOrFalse, wholeNumber, type Rules } from "@bertkit/checks";

import { decayWeights } from "./decay.ts";
import { decayRule, learningRateRule } from "./option-rules.ts";
import type { Optimizer } from "./optimizer.ts";
import { optimizerOf } from "./optimizer-of.ts";
import { orthogonalMomentum } from "./orthogonal-momentum.ts";
import { scaleByRate } from "./rate.ts";
import type { Schedule } from "./schedule.ts";

export interface MuonOptions {
  /** The size of an update as a spectral norm. Default 0.02. */
  learningRate?: number | Schedule;
  /** Default 0.95. */
  momentum?: number;
  /** Whether the gradient is looked ahead by the momentum. Default true. */
  nesterov?: boolean;
  /** Decoupled weight decay. Default 0. */
  weightDecay?: number;
  /** Newton–Schulz iterations of an update. Default 5. */
  iterations?: number;
}

const rules: Rules<MuonOptions> = {
  learningRate: learningRateRule,
  momentum: decayRule,
  nesterov: trueOrFalse,
  weightDecay: number({ from: 0 }),
  iterations: wholeNumber(),
};

/**
 * Momentum made orthogonal by a Newton–Schulz iteration, for the matrices of hidden layers, [inputs, outputs]; train
 * embeddings, heads, biases and norms with another optimizer beside it: see `optimizerByPath`. It does not clip: the
 * size of an update does not depend on the gradient's. Source: KellerJordan/Muon, `SingleDeviceMuon`
 * (https://kellerjordan.github.io/posts/muon/).
 *
 * @throws in `update`, if a variable with a gradient is no matrix
 */
export function muon(options: MuonOptions = {}): Optimizer {
  checkOptions("muon", options, rules);
  const { learningRate = 0.02, momentum = 0.95, nesterov = true, weightDecay = 0, iterations = 5 } = options;
  return optimizerOf({
    kind: "muon",
    learningRate,
    transforms: [
      orthogonalMomentum({ momentum, nesterov, iterations }),
      decayWeights(weightDecay, () => true),
      scaleByRate(),
    ],
  });
}
