/**
 * A kernel could not run on the GPU, or its GPU was lost. TensorFlow.js alone prints a warning and computes on with zeros
 * or old values. What was computed since the last successful read is invalid.
 */
export class DispatchError extends Error {
  override readonly name = "DispatchError";
  readonly code = "dispatch";
  /** The kernel that failed; several, the latest last, if the GPU does not say which one. */
  readonly kernels: readonly string[];
  /** The GPU was lost, and every tensor on it. */
  readonly lost: boolean;

  constructor(message: string, kernels: readonly string[], lost = false, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.kernels = kernels;
    this.lost = lost;
  }

  /** Also true for an error from another copy of this package. */
  static isInstance(error: unknown): error is DispatchError {
    return error instanceof Error && (error as Partial<DispatchError>).code === "dispatch";
  }
}
