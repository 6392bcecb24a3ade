import { checkValue, number } from "@bertkit/checks";
import type * as tf from "@tensorflow/tfjs-core";

import { constant, type Schedule } from "./schedule.ts";

/** Changes variables by their gradients; what it remembers about each is keyed by the variable's path. */
export interface Optimizer {
  /** Updates done so far. */
  readonly step: number;
  /** The rate of the latest update; before the first, that of the first. */
  readonly learningRate: number;
  /** One update, in place. Variables without a gradient are left alone. Disposes nothing that it was given. */
  update(variables: ReadonlyMap<string, tf.Variable>, gradients: ReadonlyMap<string, tf.Tensor>): void;
  /** What it remembers, by "slot/path", and the step: all that a resumed run needs. The variables stay the optimizer's. */
  state(): OptimizerState;
  /** Resumes from a state; copies the values. Changes nothing where it throws, as for the state of another optimizer. */
  restore(state: OptimizerState): void;
  /** Frees what it remembers. */
  dispose(): void;
}

export interface OptimizerState {
  /** Which optimizer it is of, by the name of its function; absent where that is not known. */
  kind?: string;
  step: number;
  slots: ReadonlyMap<string, tf.Tensor>;
  /** Plain numbers beside the step; absent where there are none. */
  numbers?: Readonly<Record<string, number>>;
}

/** @throws RangeError unless the schedule gives a number at this step */
export function rateAt(schedule: Schedule, step: number): number {
  const rate = schedule(step);
  checkValue("the learning rate's schedule", `the rate of step ${step}`, rate, number({ from: 0 }));
  return rate;
}

export function toSchedule(rate: number | Schedule): Schedule {
  return typeof rate === "number" ? constant(rate) : rate;
}
