// What the page measures.
export type Contender =
  | "engine"
  | "engine, 1 thread"
  | "tfjs"
  | "jax-js"
  | "transformers.js"
  | "engine on webgpu"
  | "tfjs on webgpu"
  | "tfjs on webgl"
  | "jax-js on webgpu"
  | "onnxruntime-node on webgpu";

export interface Measured {
  /** Time of each counted call. */
  readonly milliseconds: number[];
  readonly firstMilliseconds: number;
  /** Loss of the first step, or the first numbers of the output. */
  readonly check: number[];
  /** Bytes that a counted call copied into the backend's memory; undefined if the backend does not count them. */
  readonly copiedBytes: number | undefined;
  /** Bytes that a counted call read from a GPU. */
  readonly readBytes: number | undefined;
  /** Bytes of the backend's memory at the end; undefined if the backend does not report it. */
  readonly memoryBytes: number | undefined;
  /** Rate of products of two matrices of 512 × 512, measured in the same page right after; undefined if not measured. */
  readonly matrixGflops: number | undefined;
  /** Why this engine ran. */
  readonly reason: string;
}

export interface Task {
  readonly kind: "train" | "forward" | "texts";
  readonly size: "tiny" | "mini" | "small";
  readonly device: "wasm" | "webgpu";
  readonly rows: number;
  readonly length: number;
  readonly calls: number;
  readonly texts?: readonly string[];
}

declare global {
  interface Window {
    contend: (contender: Contender, task: Task) => Promise<Measured>;
    /** Frames a second of the page while a worker trains, and the worker's steps a second. */
    framesWhileTraining: (seconds: number) => Promise<{ frames: number; steps: number }>;
  }
}
