import * as tf from "@tensorflow/tfjs-core";

import { toSchedule, type Optimizer, type OptimizerState } from "./optimizer.ts";
import { checkOptimizerState } from "./optimizer-state.ts";
import { orthogonalize } from "./orthogonalize.ts";
import type { Schedule } from "./schedule.ts";
import { Slots } from "./slots.ts";

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

interface Entry {
  variable: tf.Variable;
  update: tf.Tensor2D;
}

/**
 * Momentum made orthogonal by a Newton–Schulz iteration, for the matrices of hidden layers, [inputs, outputs]; train
 * embeddings, heads, biases and norms with another optimizer beside it: see `optimizerByPath`. It does not clip: the
 * size of an update does not depend on the gradient's. Source: KellerJordan/Muon, `SingleDeviceMuon`
 * (https://kellerjordan.github.io/posts/muon/).
 *
 * @throws in `update`, if a variable with a gradient is no matrix
 */
export function muon({
  learningRate = 0.02,
  momentum = 0.95,
  nesterov = true,
  weightDecay = 0,
  iterations = 5,
}: MuonOptions = {}): Optimizer {
  const schedule = toSchedule(learningRate);
  const slots = new Slots();
  let step = 0;

  /** The update of a matrix before it is made orthogonal; moves its momentum. */
  function entryOf(path: string, variable: tf.Variable | undefined, gradient: tf.Tensor): Entry {
    if (variable === undefined)
      throw new Error(`muon: there is a gradient for "${path}" but no variable of that path.`);
    if (variable.rank !== 2)
      throw new Error(
        `muon: "${path}" has shape [${variable.shape}], but only matrices can be made orthogonal. Give it to another optimizer with optimizerByPath.`,
      );
    const mean = slots.get("momentum", path, variable);
    mean.assign(mix(mean, gradient, momentum));
    return { variable, update: (nesterov ? mix(gradient, mean, 1 - momentum) : mean) as tf.Tensor2D };
  }

  function update(variables: ReadonlyMap<string, tf.Variable>, gradients: ReadonlyMap<string, tf.Tensor>): void {
    step++;
    const rate = schedule(step);
    tf.tidy(() => {
      const entries = [...gradients].map(([path, gradient]) => entryOf(path, variables.get(path), gradient));
      for (const alike of byShape(entries)) {
        const [inputs, outputs] = alike[0]!.update.shape;
        const stacked = tf.stack(alike.map(({ update }) => update)) as tf.Tensor3D;
        const size = rate * Math.sqrt(Math.max(1, outputs / inputs));
        const updates = tf.unstack(tf.mul(orthogonalize(stacked, iterations), size));
        alike.forEach(({ variable }, i) => {
          const kept = weightDecay === 0 ? variable : tf.mul(variable, 1 - rate * weightDecay);
          variable.assign(tf.sub(kept, updates[i]!));
        });
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
    state: () => ({ kind: "muon", step, slots: slots.all() }),
    restore(state: OptimizerState) {
      checkOptimizerState("muon", state, ["momentum"]);
      slots.restore(state.slots);
      step = state.step;
    },
    dispose: () => slots.dispose(),
  };
}

/** share · x + (1 − share) · y */
function mix(x: tf.Tensor, y: tf.Tensor, share: number): tf.Tensor {
  return tf.add(tf.mul(x, share), tf.mul(y, 1 - share));
}

/** Matrices of one shape are made orthogonal together. */
function byShape(entries: readonly Entry[]): Entry[][] {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const shape = entry.variable.shape.join();
    groups.set(shape, [...(groups.get(shape) ?? []), entry]);
  }
  return [...groups.values()];
}
