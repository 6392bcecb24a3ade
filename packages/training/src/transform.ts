import type * as tf from "@tensorflow/tfjs-core";

/** What variables are about to be changed by, by path: the gradients first, and at the end what is taken away. */
export type Changes = ReadonlyMap<string, tf.Tensor>;

/** One update, as its transforms see it. */
export interface UpdateStep {
  /** From 1. */
  readonly step: number;
  readonly learningRate: number;
  variable(path: string): tf.Variable;
  /** What is kept of a variable under one of the transform's `slots`. */
  slot(name: string, path: string): tf.Variable;
  /** The optimizer's plain numbers, to read and to set. */
  readonly numbers: Record<string, number>;
}

/** A part of an optimizer: makes of each variable's change another one. */
export interface Transform {
  /** Of each variable it keeps a tensor of its shape under these names, zero at first. */
  readonly slots?: readonly string[];
  /** Plain numbers that it keeps, with what they start from. */
  readonly numbers?: Readonly<Record<string, number>>;
  /** Runs inside a tidy. @throws before it changes anything, if a variable does not suit it */
  apply(changes: Changes, at: UpdateStep): Changes;
}

/** A transform of each change by itself. */
export function changeEach(
  change: (change: tf.Tensor, path: string, at: UpdateStep) => tf.Tensor,
): Pick<Transform, "apply"> {
  return {
    apply: (changes, at) => new Map([...changes].map(([path, before]) => [path, change(before, path, at)])),
  };
}
