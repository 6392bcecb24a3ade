import { checkValue, number } from "@bertkit/checks";
import type * as tf from "@tensorflow/tfjs-core";

import { constant, type Schedule } from "./schedule.ts";

/** Updates variables with their gradients. Its slots (such as moments) are keyed by the variables' paths. */
export interface Optimizer {
  /** Number of updates so far. */
  readonly step: number;
  /** Learning rate of the last update, or before it, of the first. */
  readonly learningRate: number;
  /** Optional: throws if `update` would, and changes nothing. `optimizerByPath` asks all parts before one updates. */
  check?(variables: ReadonlyMap<string, tf.Variable>, gradients: ReadonlyMap<string, tf.Tensor>): void;
  /**
   * Updates variables in place. Variables without a gradient do not change. Does not dispose its arguments.
   * If it throws, as for a gradient of another shape, nothing has changed.
   */
  update(variables: ReadonlyMap<string, tf.Variable>, gradients: ReadonlyMap<string, tf.Tensor>): void;
  /**
   * The step and the slots by "slot/path": all that a resumed run needs. The optimizer keeps ownership of the tensors.
   */
  state(): OptimizerState;
  /**
   * Restores a state by copying its values. If it throws, as for the state of another optimizer, nothing has changed.
   */
  restore(state: OptimizerState): void;
  /** Optional: the shape of a slot for a variable's path and shape. Default: the variable's. */
  slotShape?(slot: string, path: string, shape: readonly number[]): readonly number[];
  /** Frees all slots. */
  dispose(): void;
}

export interface OptimizerState {
  /** Name of the optimizer's function, if known. */
  readonly kind?: string;
  readonly step: number;
  readonly slots: ReadonlyMap<string, tf.Tensor>;
  /** Numbers besides the step, if any. */
  readonly numbers?: Readonly<Record<string, number>>;
}

/** @throws RangeError unless the schedule returns a number from 0 */
export function rateAt(schedule: Schedule, step: number): number {
  const rate = schedule(step);
  checkValue("the learning rate's schedule", `the rate of step ${step}`, rate, number({ from: 0 }));
  return rate;
}

export function toSchedule(rate: number | Schedule): Schedule {
  return typeof rate === "number" ? constant(rate) : rate;
}
