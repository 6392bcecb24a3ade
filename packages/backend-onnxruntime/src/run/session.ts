import type { Storage, TensorMemory } from "../record/storage.ts";
import type { ElementType, Values } from "../record/types.ts";

/** A tensor as a session reads and writes it: its memory is used in place, as input and as output. */
export interface SessionTensor {
  readonly type: ElementType;
  readonly dims: readonly number[];
  readonly location: "cpu";
  data: Values | undefined;
  /** Instead of `data`, for sessions that are given storages. */
  storage?: Storage | undefined;
}

/** One compiled model. */
export interface Session {
  /**
   * Runs the model; every fetch receives its result in its own memory. `fetches` must name the sessions' first output.
   * Returns a promise where it only starts it: what is asked for later waits.
   */
  run(feeds: Record<string, SessionTensor>, fetches: Record<string, SessionTensor | null>): void | Promise<void>;
  /** Runs a model that has no such output; results of whatever shape come in memory of their own. */
  runFree(feeds: Record<string, SessionTensor>, outputs: readonly string[]): Record<string, SessionTensor>;
  endProfiling(): void;
  dispose(): void;
}

/** What compiles models and runs them: the one part that knows what it runs on, such as Node's native library. */
export interface Sessions {
  /** The name of an output of type bfloat16 that every model for `run` has before its others, where they need one. */
  readonly firstOutput: string | undefined;
  /** The memory that sessions read and write without copies, where that is not just any. */
  readonly memory?: TensorMemory;
  /** Whether sessions run after `run` has returned, are given storages, and take no weights as constants. */
  readonly remote?: boolean;
  /** @param keepsMemory whether the session keeps the memory of its intermediate results for its next run */
  open(model: Uint8Array, keepsMemory: boolean): Session;
}
