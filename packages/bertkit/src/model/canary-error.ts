/** The active backend's results differ from those in the model's folder, so it computes wrong results. */
export class CanaryError extends Error {
  override readonly name = "CanaryError";
  readonly code = "canary-failed";

  /** Also true for an error from another copy of this package. */
  static isInstance(error: unknown): error is CanaryError {
    return error instanceof Error && (error as Partial<CanaryError>).code === "canary-failed";
  }
}
