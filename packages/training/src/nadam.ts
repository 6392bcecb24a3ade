import { clipByGlobalNorm } from "./clip.ts";
import { nadamMoments } from "./nadam-moments.ts";
import type { Optimizer } from "./optimizer.ts";
import { optimizerOf } from "./optimizer-of.ts";
import { scaleByRate } from "./rate.ts";
import type { Schedule } from "./schedule.ts";

export interface NadamOptions {
  /** Default 0.001. */
  learningRate?: number | Schedule;
  /** Default 0.9. */
  beta1?: number;
  /** Default 0.999. */
  beta2?: number;
  /** Default 1e-7. */
  epsilon?: number;
  /** Scales all gradients together so that their global norm is at most this. Default `Infinity`, which does not clip. */
  clipNorm?: number | undefined;
}

/** Adam with Nesterov momentum (Dozat, 2016), with Keras's defaults and momentum schedule. */
export function nadam({
  learningRate = 0.001,
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-7,
  clipNorm = Infinity,
}: NadamOptions = {}): Optimizer {
  return optimizerOf({
    kind: "nadam",
    learningRate,
    transforms: [clipByGlobalNorm(clipNorm), nadamMoments({ beta1, beta2, epsilon }), scaleByRate()],
  });
}
