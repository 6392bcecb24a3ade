import type { BackendName } from "./backend-name.ts";
import type { BackendOptions } from "./backend-options.ts";

/** One backend: how to load and patch it before TensorFlow.js selects it. */
export interface Candidate {
  readonly name: BackendName;
  /** Its name in TensorFlow.js. */
  readonly registeredAs: string;
  /**
   * Loads and registers it.
   * @throws BackendUnavailableError if it cannot run here
   */
  prepare(options: BackendOptions): Promise<void>;
  /** What to do if it is registered but does not start. */
  readonly fix: string;
}
