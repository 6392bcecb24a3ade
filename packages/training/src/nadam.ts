import * as tf from "@tensorflow/tfjs-core";

import { clipScale, globalNorm } from "./clip.ts";
import { toSchedule, type Optimizer, type OptimizerState } from "./optimizer.ts";
import { checkOptimizerState } from "./optimizer-state.ts";
import type { Schedule } from "./schedule.ts";
import { Slots } from "./slots.ts";

export interface NadamOptions {
  /** Default 0.001. */
  learningRate?: number | Schedule;
  /** Default 0.9. */
  beta1?: number;
  /** Default 0.999. */
  beta2?: number;
  /** Default 1e-7. */
  epsilon?: number;
  /** Scales all gradients together so that their global norm is at most this. Default: no clipping. */
  clipNorm?: number | undefined;
}

/** How fast the momentum nears beta1 (Dozat, 2016, section 3.3). */
const momentumDecay = 0.96;

/** Adam with Nesterov momentum (Dozat, 2016), with Keras's defaults and momentum schedule. */
export function nadam({
  learningRate = 0.001,
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-7,
  clipNorm,
}: NadamOptions = {}): Optimizer {
  const schedule = toSchedule(learningRate);
  const slots = new Slots();
  let step = 0;
  let momentumProduct = 1;
  const momentum = (at: number) => beta1 * (1 - 0.5 * momentumDecay ** at);

  function update(variables: ReadonlyMap<string, tf.Variable>, gradients: ReadonlyMap<string, tf.Tensor>): void {
    step++;
    momentumProduct *= momentum(step);
    const ofMoment = momentum(step + 1) / (1 - momentumProduct * momentum(step + 1));
    const ofGradient = (1 - momentum(step)) / (1 - momentumProduct);
    const rate = schedule(step);
    tf.tidy(() => {
      const scale = clipNorm === undefined ? undefined : clipScale(globalNorm(gradients.values()), clipNorm);
      for (const [path, gradient] of gradients) {
        const variable = variables.get(path);
        if (variable === undefined)
          throw new Error(`nadam: there is a gradient for "${path}" but no variable of that path.`);
        const g = scale === undefined ? gradient : tf.mul(gradient, scale);
        const m = slots.get("m", path, variable);
        const v = slots.get("v", path, variable);
        m.assign(tf.add(tf.mul(m, beta1), tf.mul(g, 1 - beta1)));
        v.assign(tf.add(tf.mul(v, beta2), tf.mul(tf.square(g), 1 - beta2)));
        const direction = tf.add(tf.mul(m, ofMoment), tf.mul(g, ofGradient));
        const size = tf.add(tf.sqrt(tf.div(v, 1 - beta2 ** step)), epsilon);
        variable.assign(tf.sub(variable, tf.mul(tf.div(direction, size), rate)));
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
    state: () => ({ kind: "nadam", step, slots: slots.all(), numbers: { momentumProduct } }),
    restore(state: OptimizerState) {
      checkOptimizerState("nadam", state, ["m", "v"], ["momentumProduct"]);
      slots.restore(state.slots);
      step = state.step;
      momentumProduct = state.numbers!["momentumProduct"]!;
    },
    dispose: () => slots.dispose(),
  };
}
