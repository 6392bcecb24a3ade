import { checkObject, checkTensor } from "@bertkit/checks";
import type { OptimizerState } from "./optimizer.ts";

/** The description of an optimizer's state. */
export interface OptimizerKeeps {
  /** Names of its slots per variable. */
  readonly slots: readonly string[];
  /** Names of its numbers. */
  readonly numbers?: readonly string[];
  /** Slots whose shapes are not those of their variables. */
  readonly shaped?: readonly string[];
}

/**
 * Checks that a state is complete and of the right optimizer: the step, all slots of every variable that has any, and
 * the numbers.
 */
export function checkOptimizerState(
  kind: string,
  state: OptimizerState,
  { slots, numbers = [], shaped = [] }: OptimizerKeeps,
): void {
  const fix = `Restore a state that ${kind} saved.`;
  checkObject(kind, "the state", state, "an optimizer's state");
  checkObject(kind, "the state's slots", state.slots, "a Map of tensors", "get");
  if (state.kind !== undefined && state.kind !== kind)
    throw new Error(`${kind}: the state is one of ${String(state.kind).slice(0, 40)}. ${fix}`);
  if (!Number.isSafeInteger(state.step) || state.step < 0)
    throw new Error(`${kind}: the state's step is ${String(state.step).slice(0, 40)}, not a whole number. ${fix}`);
  for (const name of numbers)
    if (!Number.isFinite(state.numbers?.[name])) throw new Error(`${kind}: the state has no ${name}. ${fix}`);
  for (const name of Object.keys(state.numbers ?? {}))
    if (!numbers.includes(name)) throw new Error(`${kind}: the state has a ${name}, which it does not know. ${fix}`);
  for (const [key, moment] of state.slots) {
    checkTensor(kind, `"${key}" of the state`, moment);
    const [slot, path] = splitSlot(key);
    if (!slots.includes(slot)) throw new Error(`${kind}: the state has "${key}", which it does not know. ${fix}`);
    if (moment.dtype !== "float32") throw new Error(`${kind}: "${key}" of the state is ${moment.dtype}, not float32.`);
    for (const other of slots) {
      const beside = state.slots.get(`${other}/${path}`);
      if (beside === undefined) throw new Error(`${kind}: the state has "${key}" but no "${other}/${path}". ${fix}`);
      if (!shaped.includes(slot) && !shaped.includes(other) && beside.shape.join() !== moment.shape.join())
        throw new Error(
          `${kind}: "${other}/${path}" of the state has shape [${beside.shape}], "${key}" [${moment.shape}]. ${fix}`,
        );
    }
  }
}

/** "m/encoder.bias" → "m" and "encoder.bias" */
export function splitSlot(key: string): [slot: string, path: string] {
  const at = key.indexOf("/");
  return [key.slice(0, Math.max(0, at)), key.slice(at + 1)];
}
