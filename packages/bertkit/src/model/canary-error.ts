/** The backend in use gives other numbers than the model's folder says: what it computes is wrong. */
export class CanaryError extends Error {
  override readonly name = "CanaryError";
  readonly code = "canary-failed";

  /** Also true for an error from another copy of this package. */
  static isInstance(error: unknown): error is CanaryError {
    return error instanceof Error && (error as Partial<CanaryError>).code === "canary-failed";
  }
}
