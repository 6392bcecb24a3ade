import type { Storage, TensorMemory } from "../record/storage.ts";
import type { ElementType, Values } from "../record/types.ts";

/** A tensor for a session, which reads or writes its memory in place. */
export interface SessionTensor {
  readonly type: ElementType;
  readonly dims: readonly number[];
  readonly location: "cpu";
  data: Values | undefined;
  /** Instead of `data`, for remote sessions. */
  storage?: Storage | undefined;
}

/** A constant's bytes beside its model, which names this location. */
export interface ExternalConstant {
  readonly location: string;
  readonly bytes: Uint8Array;
}

/** One compiled model. */
export interface Session {
  /**
   * Runs the model; each result is written into its fetch's memory. `fetches` must include the sessions' first output.
   * Returns a promise if the run is asynchronous; later work waits for it.
   */
  run(feeds: Record<string, SessionTensor>, fetches: Record<string, SessionTensor | null>): void | Promise<void>;
  /** Runs a model without that output; results have new memory, and any shape. */
  runFree(feeds: Record<string, SessionTensor>, outputs: readonly string[]): Record<string, SessionTensor>;
  endProfiling(): void;
  dispose(): void;
}

/** Compiles and runs models: the only part that depends on the runtime, such as Node's native library. */
export interface Sessions {
  /**
   * The name of an output of type bfloat16 that every model for `run` must have as its first, if the sessions need one.
   */
  readonly firstOutput: string | undefined;
  /** The memory that sessions use without copies, if they cannot use any memory. */
  readonly memory?: TensorMemory;
  /** Whether sessions are remote: they run asynchronously, on storages, and without weights as constants. */
  readonly remote?: boolean;
  /** Whether ONNX Runtime's WebGPU runs them: models are written with the operators that it has and computes right. */
  readonly onWebgpu?: boolean;
  /** Whether matrix products compute in float16: see `float16Graph`. */
  readonly float16?: boolean;
  /**
   * Whether sessions read this process's memory: `open` takes constants beside the model, and a large input costs no
   * copy.
   */
  readonly readsMemory?: boolean;
  /**
   * @param keepsMemory whether the session keeps the memory of its intermediate results for its next run
   * @param external copied; only for sessions that read memory
   */
  open(model: Uint8Array, keepsMemory: boolean, external?: readonly ExternalConstant[]): Session;
}
