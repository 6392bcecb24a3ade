import * as tf from "@tensorflow/tfjs-core";

import { clipScale, globalNorm } from "./clip.ts";
import { toSchedule, type Optimizer, type OptimizerState } from "./optimizer.ts";
import { checkOptimizerState } from "./optimizer-state.ts";
import type { Schedule } from "./schedule.ts";
import { Slots } from "./slots.ts";

export interface AdamWOptions {
  learningRate: number | Schedule;
  /** Default 0.9. */
  beta1?: number;
  /** Default 0.999. */
  beta2?: number;
  /** Added to the root of the second moment, outside the root. Default 1e-6, as google-research/bert. */
  epsilon?: number;
  /** Decoupled weight decay. Default 0.01. */
  weightDecay?: number;
  /** Which variables decay. Default: all but biases and norms. */
  decays?: (path: string) => boolean;
  /** Scales all gradients together so that their global norm is at most this. Default 1; `undefined` does not clip. */
  clipNorm?: number | undefined;
  /** Default true, as Adam's paper; google-research/bert's optimizer has none. */
  biasCorrection?: boolean;
}

/** What BERT's authors exclude from weight decay: LayerNorm's parameters and every bias. */
export function isDecayedByDefault(path: string): boolean {
  return !/(^|\.)(bias|gamma|beta|outputBias)$/.test(path);
}

/**
 * Adam with decoupled weight decay (Loshchilov & Hutter, 2019) and clipping by global norm.
 * A backend that has the fused kernel "BertkitAdamW" updates all variables in one call.
 */
export function adamW(options: AdamWOptions): Optimizer {
  const {
    beta1 = 0.9,
    beta2 = 0.999,
    epsilon = 1e-6,
    weightDecay = 0.01,
    decays = isDecayedByDefault,
    biasCorrection = true,
  } = options;
  const clipNorm = "clipNorm" in options ? options.clipNorm : 1;
  const schedule = toSchedule(options.learningRate);
  const slots = new Slots();
  let step = 0;

  function update(variables: ReadonlyMap<string, tf.Variable>, gradients: ReadonlyMap<string, tf.Tensor>): void {
    step++;
    const entries = [...gradients].map(([path, gradient]) => {
      const variable = variables.get(path);
      if (variable === undefined)
        throw new Error(`adamW: there is a gradient for "${path}" but no variable of that path.`);
      return {
        variable,
        gradient,
        m: slots.get("m", path, variable),
        v: slots.get("v", path, variable),
        decay: decays(path) ? weightDecay : 0,
      };
    });
    const learningRate = schedule(step);
    const kernel = tf.getKernel("BertkitAdamW", tf.getBackend());
    if (kernel !== undefined) {
      const attrs = {
        variables: entries.map((entry) => entry.variable),
        gradients: entries.map((entry) => entry.gradient),
        firstMoments: entries.map((entry) => entry.m),
        secondMoments: entries.map((entry) => entry.v),
        weightDecays: entries.map((entry) => entry.decay),
        learningRate,
        beta1,
        beta2,
        epsilon,
        clipNorm,
        step,
        biasCorrection,
      };
      kernel.kernelFunc({ inputs: {}, backend: tf.backend(), attrs: attrs as unknown as tf.NamedAttrMap });
      return;
    }
    tf.tidy(() => {
      const scale = clipNorm === undefined ? undefined : clipScale(globalNorm(gradients.values()), clipNorm);
      const correction1 = biasCorrection ? 1 - beta1 ** step : 1;
      const correction2 = biasCorrection ? 1 - beta2 ** step : 1;
      for (const { variable, gradient, m, v, decay } of entries) {
        const g = scale === undefined ? gradient : tf.mul(gradient, scale);
        m.assign(tf.add(tf.mul(m, beta1), tf.mul(g, 1 - beta1)));
        v.assign(tf.add(tf.mul(v, beta2), tf.mul(tf.square(g), 1 - beta2)));
        const direction = tf.div(tf.div(m, correction1), tf.add(tf.sqrt(tf.div(v, correction2)), epsilon));
        const decayed = decay === 0 ? direction : tf.add(direction, tf.mul(variable, decay));
        variable.assign(tf.sub(variable, tf.mul(decayed, learningRate)));
      }
    });
  }

  return {
    get step() {
      return step;
    },
    get learningRate() {
      return schedule(Math.max(1, step));
    },
    update,
    state: () => ({ kind: "adamW", step, slots: slots.all() }),
    restore(state: OptimizerState) {
      checkOptimizerState("adamW", state, ["m", "v"]);
      slots.restore(state.slots);
      step = state.step;
    },
    dispose: () => slots.dispose(),
  };
}
