import { checkObject, shown } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";
import { variables, type Rng, type RngState } from "@bertkit/nn";

import { checkLossScalerState, type LossScaler, type LossScalerState } from "./loss-scaler.ts";
import type { Optimizer } from "./optimizer.ts";
import { splitSlot } from "./optimizer-state.ts";

/** All that a run needs to resume exactly: tensors by name, and JSON. */
export interface TrainingState {
  readonly tensors: Map<string, tf.Tensor>;
  readonly json: {
    /** The optimizer's kind, if known. */
    optimizer?: string;
    step: number;
    numbers: Record<string, number>;
    rng: RngState;
    /** That of the loss scaler, if there is one. */
    lossScaler?: LossScalerState;
  };
}

/**
 * A `TrainingState` read from a file with `loadTensors` of @bertkit/checkpoints; `restoreTrainingState` validates it.
 */
export interface SavedTrainingState {
  readonly tensors: ReadonlyMap<string, tf.Tensor>;
  readonly json: unknown;
}

export interface TrainingParts {
  readonly model: object;
  readonly optimizer: Optimizer;
  readonly rng: Rng;
  /** If the run has one. */
  readonly lossScaler?: LossScaler;
}

/** The current state. Its tensors are not copies: save them before the next step, and do not dispose them. */
export function trainingState(parts: TrainingParts): TrainingState {
  checkObject("trainingState", "parts", parts, "{ model, optimizer, rng }", "model", "optimizer", "rng");
  const { model, optimizer, rng, lossScaler } = parts;
  const { kind, step, slots, numbers = {} } = optimizer.state();
  const tensors = new Map<string, tf.Tensor>();
  for (const [path, variable] of variables(model)) tensors.set(`model/${path}`, variable);
  for (const [key, slot] of slots) tensors.set(`optimizer/${key}`, slot);
  const json = {
    ...(kind !== undefined && { optimizer: kind }),
    step,
    numbers: { ...numbers },
    rng: rng.state(),
    ...(lossScaler && { lossScaler: lossScaler.state() }),
  };
  return { tensors, json };
}

/**
 * Restores a saved state by copying its values. Validates all of it before any change: the variables with shapes and
 * dtypes, the optimizer's slots, kind, step and numbers, and the random state.
 *
 * @throws Error that names the mismatch; model, optimizer and rng are then unchanged
 */
export function restoreTrainingState(parts: TrainingParts, state: SavedTrainingState): void {
  checkObject("restoreTrainingState", "parts", parts, "{ model, optimizer, rng }", "model", "optimizer", "rng");
  checkObject("restoreTrainingState", "state", state, "{ tensors, json }");
  const { model, optimizer, rng, lossScaler } = parts;
  const { tensors, json: saved } = state;
  const json = checkedJson(saved);
  if (!(tensors instanceof Map))
    throw new TypeError(
      `restoreTrainingState: tensors must be a Map of tensors by name, got ${shown(tensors)}. ${fix}`,
    );
  const own = variables(model);
  const { slots, surplus } = partsOf(tensors, own);
  for (const [path, variable] of own) requireLike(`"${path}"`, variable, tensors.get(`model/${path}`));
  if (surplus !== undefined)
    throw new Error(`restoreTrainingState: the state has "${surplus}", which the model does not have. ${fix}`);
  for (const [key, moment] of slots) {
    const [slot, path] = splitSlot(key);
    const { shape } = own.get(path)!;
    requireLike(`"${key}"`, { shape: optimizer.slotShape?.(slot, path, shape) ?? shape, dtype: "float32" }, moment);
  }
  const rngState = checkedRngState(json.rng);
  if (lossScaler !== undefined) {
    if (json.lossScaler === undefined)
      throw new Error(
        "restoreTrainingState: the state has no loss scale, so its run had no LossScaler. Leave lossScaler out of the parts, and create it after restoring.",
      );
    checkLossScalerState(json.lossScaler);
  }
  const { optimizer: kind, step, numbers } = json;
  optimizer.restore({ ...(kind !== undefined && { kind }), step, slots, numbers });
  tf.tidy(() => {
    for (const [path, variable] of own) variable.assign(tf.clone(tensors.get(`model/${path}`)!));
  });
  rng.restore(rngState);
  if (lossScaler !== undefined) lossScaler.restore(json.lossScaler!);
}

const fix = "Build the model with the settings of the saved run.";

/** The optimizer's slots, and the first entry that belongs to no variable. */
function partsOf(
  tensors: ReadonlyMap<string, tf.Tensor>,
  own: ReadonlyMap<string, tf.Variable>,
): { slots: Map<string, tf.Tensor>; surplus: string | undefined } {
  const slots = new Map<string, tf.Tensor>();
  let surplus: string | undefined;
  for (const [name, tensor] of tensors) {
    const [part, rest] = splitSlot(name);
    if (part === "optimizer" && own.has(splitSlot(rest)[1])) slots.set(rest, tensor);
    else if (part !== "model" || !own.has(rest)) surplus ??= name;
  }
  return { slots, surplus };
}

function requireLike(
  what: string,
  { shape, dtype }: { readonly shape: readonly number[]; readonly dtype: tf.DataType },
  saved: tf.Tensor | undefined,
): void {
  if (saved?.shape.join() === shape.join() && saved.dtype === dtype) return;
  const found = saved === undefined ? "nothing" : `${saved.dtype} of shape [${saved.shape}]`;
  throw new Error(`restoreTrainingState: ${what} needs shape [${shape}] of ${dtype}, the state has ${found}. ${fix}`);
}

/** The state as an object. The optimizer checks its step and numbers, `checkedRngState` its random state. */
function checkedJson(json: unknown): TrainingState["json"] {
  if (typeof json === "object" && json !== null) return json as TrainingState["json"];
  throw new Error("restoreTrainingState: the state has no step and random state. It is not one of trainingState's.");
}

/** Four 32-bit words, not all zero. */
function checkedRngState(state: RngState): RngState {
  const words: readonly unknown[] = Array.isArray(state) ? state : [];
  const whole = words.every((word) => Number.isInteger(word) && (word as number) >= 0 && (word as number) < 2 ** 32);
  if (!whole || words.length !== 4 || words.every((word) => word === 0))
    throw new Error("restoreTrainingState: the random state is not four 32-bit words. The state is damaged.");
  return state;
}
