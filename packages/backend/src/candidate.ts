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

/**
 * What a candidate throws where the import of an optional peer fails. The import itself stands in a `try` of the
 * candidate's, literally: there bundlers leave it to fail when it runs, and build without the package.
 *
 * @param install what follows `npm install`, the package first
 */
export function notInstalled(install: string, cause: unknown): Missing {
  const [specifier] = install.split(" ");
  const [reason] = String(cause instanceof Error ? cause.message : cause).split("\n");
  return new Missing(`${specifier} does not load, got "${reason}". Install it: npm install ${install}`, { cause });
}
