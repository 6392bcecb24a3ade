import type { BackendName } from "./backend-name.ts";
import type { CandidateOptions } from "./candidate-options.ts";

/** One backend: how to load it and mend it before TensorFlow.js selects it. */
export interface Candidate {
  readonly name: BackendName;
  /** What TensorFlow.js calls it. */
  readonly registeredAs: string;
  /** Loads and registers it. Throws a Missing where it cannot run here. */
  prepare(options: CandidateOptions): Promise<void>;
  /** What to do when it is registered but does not start. */
  readonly cure: string;
}

/** A backend cannot run here; the message says why and what to do about it. */
export class Missing extends Error {
  override readonly name = "Missing";
  readonly code = "backend-missing";

  /** Also true of one from another copy of this package. */
  static isInstance(error: unknown): error is Missing {
    return error instanceof Error && (error as Partial<Missing>).code === "backend-missing";
  }
}

/** Runs an import; what is not installed becomes a Missing with the command that installs it. */
export async function load<Module>(specifier: string, run: () => Promise<Module>): Promise<Module> {
  try {
    return await run();
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new Missing(`${specifier} does not load, got "${reason}". Install it: npm install ${specifier}`, {
      cause: error,
    });
  }
}
