import { callable, checkValue } from "@bertkit/checks";
import type * as tf from "@tensorflow/tfjs-core";

/** Changes by path: first the gradients, and after all transforms the values to subtract from the variables. */
export type Changes = ReadonlyMap<string, tf.Tensor>;

/** The shape of a slot for a variable's shape. */
export type SlotShape = (shape: readonly number[]) => readonly number[];

/** The update that a transform is part of. */
export interface UpdateStep {
  /** From 1. */
  readonly step: number;
  readonly learningRate: number;
  variable(path: string): tf.Variable;
  /** The transform's tensor for a variable, under one of its `slots`. */
  slot(name: string, path: string): tf.Variable;
  /** The optimizer's numbers, which a transform may change. */
  readonly numbers: Record<string, number>;
}

/** A step of an optimizer: maps the changes of variables to other changes. */
export interface Transform {
  /** Names of tensors kept per variable, of the variable's shape, initially zero. */
  readonly slots?: readonly string[];
  /** The shape of a slot for a variable's shape, for slots of another shape than the variable's. */
  readonly slotShapes?: Readonly<Record<string, SlotShape>>;
  /** Numbers that it keeps, with their initial values. */
  readonly numbers?: Readonly<Record<string, number>>;
  /** Optional: throws if a variable is unsuitable. Called for all transforms before any is applied. */
  check?(changes: Changes): void;
  /** Called in `tf.tidy`. */
  apply(changes: Changes, at: UpdateStep): Changes;
}

/** A transform that maps each change separately. */
export function changeEach(
  change: (change: tf.Tensor, path: string, at: UpdateStep) => tf.Tensor,
): Pick<Transform, "apply"> {
  checkValue("changeEach", "change", change, callable, "Pass a function of one gradient.");
  return {
    apply: (changes, at) => new Map([...changes].map(([path, before]) => [path, change(before, path, at)])),
  };
}
