import { checkOptions, number, required, trueOrFalse, type Rules } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";

import { decayRule } from "./option-rules.ts";
import { changeEach, type Transform, type UpdateStep } from "./transform.ts";

export interface Betas {
  /** Decay of the running mean of gradients. */
  readonly beta1: number;
  /** Decay of the running mean of squared gradients. */
  readonly beta2: number;
}

/** Updates the running means of gradients, "m", and of their squares, "v". */
export function moveMoments(
  gradient: tf.Tensor,
  path: string,
  { slot }: UpdateStep,
  { beta1, beta2 }: Betas,
): { m: tf.Variable; v: tf.Variable } {
  const [m, v] = [slot("m", path), slot("v", path)];
  m.assign(tf.add(tf.mul(m, beta1), tf.mul(gradient, 1 - beta1)));
  v.assign(tf.add(tf.mul(v, beta2), tf.mul(tf.square(gradient), 1 - beta2)));
  return { m, v };
}

export interface AdamMomentsOptions extends Betas {
  /** Added to the square root of the second moment. */
  readonly epsilon: number;
  /** Whether to correct the bias of the moments toward their initial zeros. */
  readonly biasCorrection: boolean;
}

const rules: Rules<AdamMomentsOptions> = {
  beta1: required(decayRule),
  beta2: required(decayRule),
  epsilon: required(number({ from: 0 })),
  biasCorrection: required(trueOrFalse),
};

/** Computes m / (√v + ε) from the running means m of the gradient and v of its square (Kingma & Ba, 2015). */
export function adamMoments(options: AdamMomentsOptions): Transform {
  checkOptions("adamMoments", options, rules);
  const { epsilon, biasCorrection, ...betas } = options;
  return {
    slots: ["m", "v"],
    ...changeEach((gradient, path, at) => {
      const { m, v } = moveMoments(gradient, path, at, betas);
      const [mLack, vLack] = [betas.beta1, betas.beta2].map((beta) => (biasCorrection ? 1 - beta ** at.step : 1));
      return tf.div(tf.div(m, mLack!), tf.add(tf.sqrt(tf.div(v, vLack!)), epsilon));
    }),
  };
}
