import type { KernelSpec, Operation } from "./operation.ts";
import type { Storage } from "./storage.ts";
import type { TensorType } from "./types.ts";

export const noVariable = -1;

/** Where values come from: memory, or a recorded node that has not run yet. */
export class Source {
  readonly type: TensorType;
  storage: Storage | undefined = undefined;
  node: RecordedNode | undefined = undefined;
  /** Memory that the values must be written to, if not the pool's. */
  destination: Storage | undefined = undefined;
  /** The error of a failed run, which is why there are no values. */
  failure: Error | undefined = undefined;
  /** Whether a live tensor has it; otherwise it need not be computed for itself. */
  held = true;
  /** Whether it last belonged to a variable that is not trainable. */
  frozen = false;
  /** The `id` of the variable that it last belonged to, or noVariable. */
  variable: number = noVariable;
  /** Slot in the graph being flushed; valid while `epoch` is that of the flush. */
  slot = 0;
  epoch = 0;

  constructor(type: TensorType) {
    this.type = type;
  }
}

/**
 * What a node computes, apart from its position in a graph: two nodes with one signature differ only in their inputs.
 */
export interface Signature extends KernelSpec {
  /** Unique for the lifetime of the process; −1 if no recorder created it. */
  readonly id: number;
  /** The operation's name and attributes as text. */
  readonly key: string;
  readonly operation: Operation;
  /** Where it was first called. */
  readonly site?: string | undefined;
  /** Number of kept compiled graphs that have a node with it. */
  graphs: number;
}

export interface RecordedNode {
  readonly signature: Signature;
  readonly inputs: readonly Source[];
  readonly outputs: readonly Source[];
  /** Number of the last flush that needed it. */
  neededIn: number;
}
