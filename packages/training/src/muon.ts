import { checkOptions, number, trueOrFalse, wholeNumber, type Rules } from "@bertkit/checks";

import { decayWeights } from "./decay.ts";
import { decayRule, learningRateRule } from "./option-rules.ts";
import type { Optimizer } from "./optimizer.ts";
import { optimizerOf } from "./optimizer-of.ts";
import { orthogonalMomentum } from "./orthogonal-momentum.ts";
import { scaleByRate } from "./rate.ts";
import type { Schedule } from "./schedule.ts";

export interface MuonOptions {
  /** The spectral norm of an update. Default 0.02. */
  readonly learningRate?: number | Schedule;
  /** Default 0.95. */
  readonly momentum?: number;
  /** Whether to use Nesterov momentum. Default true. */
  readonly nesterov?: boolean;
  /** Decoupled weight decay. Default 0. */
  readonly weightDecay?: number;
  /** Newton–Schulz iterations per update. Default 5. */
  readonly iterations?: number;
}

const rules: Rules<MuonOptions> = {
  learningRate: learningRateRule,
  momentum: decayRule,
  nesterov: trueOrFalse,
  weightDecay: number({ from: 0 }),
  iterations: wholeNumber(),
};

/**
 * Muon: momentum, orthogonalized by a Newton–Schulz iteration, for the matrices [inputs, outputs] of hidden layers.
 * Train embeddings, heads, biases and norms with another optimizer: see `optimizerByPath`. Clipping is not needed: the
 * size of an update does not depend on that of the gradient. Source: KellerJordan/Muon, `SingleDeviceMuon`
 * (https://kellerjordan.github.io/posts/muon/).
 *
 * @throws in `update`, if a variable with a gradient is not a matrix
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
