import { checkOptions, number, required, type Rules } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";

import { moveMoments, type Betas } from "./adam-moments.ts";
import { decayRule } from "./option-rules.ts";
import type { Transform } from "./transform.ts";

/** Rate at which the momentum approaches beta1 (Dozat, 2016, section 3.3). */
const momentumDecay = 0.96;

type NadamMomentsOptions = Betas & { readonly epsilon: number };

const rules: Rules<NadamMomentsOptions> = {
  beta1: required(decayRule),
  beta2: required(decayRule),
  epsilon: required(number({ from: 0 })),
};

/** Adam's moments with Nesterov momentum (Dozat, 2016) and the momentum schedule of Keras. */
export function nadamMoments(options: Betas & { readonly epsilon: number }): Transform {
  checkOptions("nadamMoments", options, rules);
  const { epsilon, ...betas } = options;
  const { beta1, beta2 } = betas;
  const momentum = (at: number): number => beta1 * (1 - 0.5 * momentumDecay ** at);
  return {
    slots: ["m", "v"],
    numbers: { momentumProduct: 1 },
    apply(changes, at) {
      const { step, numbers } = at;
      const product = numbers["momentumProduct"]! * momentum(step);
      numbers["momentumProduct"] = product;
      const ofMoment = momentum(step + 1) / (1 - product * momentum(step + 1));
      const ofGradient = (1 - momentum(step)) / (1 - product);
      return new Map(
        [...changes].map(([path, gradient]) => {
          const { m, v } = moveMoments(gradient, path, at, betas);
          const direction = tf.add(tf.mul(m, ofMoment), tf.mul(gradient, ofGradient));
          return [path, tf.div(direction, tf.add(tf.sqrt(tf.div(v, 1 - beta2 ** step)), epsilon))];
        }),
      );
    },
  };
}
