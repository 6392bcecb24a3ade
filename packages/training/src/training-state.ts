import * as tf from "@tensorflow/tfjs-core";
import { variables, type Rng, type RngState } from "@bertkit/nn";

import type { Optimizer } from "./optimizer.ts";

/** All that a run needs to go on as if it had never stopped: tensors by name, and plain JSON. */
export interface TrainingState {
  tensors: Map<string, tf.Tensor>;
  json: { step: number; numbers: Record<string, number>; rng: RngState };
}

export interface TrainingParts {
  model: object;
  optimizer: Optimizer;
  rng: Rng;
}

/** The state now. Its tensors are the run's own, not copies: write them before the next step, and do not dispose them. */
export function trainingState({ model, optimizer, rng }: TrainingParts): TrainingState {
  const { step, slots, numbers = {} } = optimizer.state();
  const tensors = new Map<string, tf.Tensor>();
  for (const [path, variable] of variables(model)) tensors.set(`model/${path}`, variable);
  for (const [key, slot] of slots) tensors.set(`optimizer/${key}`, slot);
  return { tensors, json: { step, numbers: { ...numbers }, rng: rng.state() } };
}

/**
 * Puts a run back to a saved state; copies the values. Checks everything before it changes anything.
 *
 * @throws if a variable is missing or has another shape, naming it
 */
export function restoreTrainingState({ model, optimizer, rng }: TrainingParts, { tensors, json }: TrainingState): void {
  const own = variables(model);
  for (const [path, variable] of own) {
    const saved = tensors.get(`model/${path}`);
    if (saved === undefined || saved.shape.join() !== variable.shape.join()) {
      const found = saved === undefined ? "nothing" : `shape [${saved.shape}]`;
      throw new Error(
        `restoreTrainingState: "${path}" needs shape [${variable.shape}], the state has ${found}. Build the model with the settings of the saved run.`,
      );
    }
  }
  tf.tidy(() => {
    for (const [path, variable] of own) variable.assign(tf.clone(tensors.get(`model/${path}`)!));
  });
  const slots = new Map<string, tf.Tensor>();
  for (const [name, tensor] of tensors) {
    if (name.startsWith("optimizer/")) slots.set(name.slice("optimizer/".length), tensor);
  }
  optimizer.restore({ step: json.step, slots, numbers: json.numbers });
  rng.restore(json.rng);
}
