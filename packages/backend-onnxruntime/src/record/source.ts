import type { Baked, Operation } from "./operation.ts";
import type { Storage } from "./storage.ts";
import type { TensorType } from "./types.ts";

export const noVariable = -1;

/** Where numbers come from: memory, or a recorded node that has not run yet. */
export class Source {
  readonly type: TensorType;
  storage: Storage | undefined = undefined;
  node: RecordedNode | undefined = undefined;
  /** Memory that its numbers are to be written to, where that is not the pool's. */
  destination: Storage | undefined = undefined;
  /** Why there are no numbers, when a run failed. */
  failure: Error | undefined = undefined;
  /** Whether a living tensor has it: one that none has is not worth computing for its own sake. */
  held = true;
  /** Whether it was last met as a variable that is not trained. */
  frozen = false;
  /** The `id` of the variable that it was last met as; noVariable where it was met as none. */
  variable: number = noVariable;
  /** Place in the graph being flushed, valid while `epoch` is that flush's. */
  slot = 0;
  epoch = 0;

  constructor(type: TensorType) {
    this.type = type;
  }
}

/** What a node computes, up to its place in a graph: two nodes with one signature differ only in their inputs. */
export interface Signature extends Baked {
  /** Unique among all that there ever were; −1 for what no recorder made. */
  readonly id: number;
  /** The operation's name and attributes as text. */
  readonly key: string;
  readonly operation: Operation;
  /** Where it was first called. */
  readonly site?: string | undefined;
  /** Compiled graphs kept that have a node of it. */
  graphs: number;
}

export interface RecordedNode {
  readonly signature: Signature;
  readonly inputs: readonly Source[];
  readonly outputs: readonly Source[];
  /** Number of the flush that found it needed. */
  neededIn: number;
}
