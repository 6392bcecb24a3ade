import type { BackendName } from "./backend-name.ts";
import type { BackendOptions } from "./backend-options.ts";

/** What computes on a backend: graphs on ONNX Runtime, or TensorFlow.js's own kernels one by one. */
export type EngineName = "onnxruntime" | "tfjs";

/** What computes, and why, in a sentence. */
export interface EngineChoice {
  readonly engine: EngineName;
  readonly reason: string;
}

/** What a candidate has loaded. */
export interface Prepared extends EngineChoice {
  /** Its name in TensorFlow.js. */
  readonly registeredAs: string;
}

/** One backend: how to load and patch it before TensorFlow.js selects it. */
export interface Candidate {
  readonly name: BackendName;
  /** The engine that `prepare` registers unless it fails, before anything is loaded or the backend in use replaced. */
  engine(options: BackendOptions): EngineChoice;
  /**
   * Loads and registers it.
   * @throws BackendUnavailableError if it cannot run here
   */
  prepare(options: BackendOptions): Promise<Prepared>;
  /** Why "auto" tries others first; undefined if nothing speaks against it. */
  whyLate?(options: BackendOptions): Promise<string | undefined>;
  /** Makes invalid dispatches of TensorFlow.js's own kernels throw. Called with the backend once it has started. */
  watch?(backend: object): void;
  /** What to do if it is registered but does not start. */
  readonly fix: string;
}

/** TensorFlow.js's own backend. */
export function tfjs(registeredAs: string, reason: string): Prepared {
  return { engine: "tfjs", registeredAs, reason };
}
