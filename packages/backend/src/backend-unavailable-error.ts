/** The backend cannot run here; the message gives the reason and the fix. */
export class BackendUnavailableError extends Error {
  override readonly name = "BackendUnavailableError";
  readonly code = "backend-unavailable";

  /** Also true for an error from another copy of this package. */
  static isInstance(error: unknown): error is BackendUnavailableError {
    return error instanceof Error && (error as Partial<BackendUnavailableError>).code === "backend-unavailable";
  }
}

/**
 * The error for an optional peer dependency whose import failed. Each candidate writes that `import()` itself, in a
 * `try`: bundlers then leave a failing import to run time, and the build passes without the package.
 *
 * @param install the arguments of `npm install`, the package first
 */
export function notInstalled(install: string, cause: unknown): BackendUnavailableError {
  const [specifier] = install.split(" ");
  const [reason] = String(cause instanceof Error ? cause.message : cause).split("\n");
  const message = `${specifier} does not load: "${reason}". Install it: npm install ${install}`;
  return new BackendUnavailableError(message, { cause });
}
