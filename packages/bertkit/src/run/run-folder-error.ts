const marker = Symbol.for("bertkit/RunFolderError");

/** The folder is locked by another process, has a run with other settings, or an output cannot be written. */
export type RunFolderErrorCode = "LOCKED" | "SETTINGS" | "OUTPUT";

/**
 * Thrown if a run cannot use its folder; the message says how to fix it. Test for it with `RunFolderError.isInstance`.
 */
export class RunFolderError extends Error {
  readonly code: RunFolderErrorCode;

  constructor(code: RunFolderErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "RunFolderError";
    this.code = code;
    Object.defineProperty(this, marker, { value: true });
  }

  static isInstance(value: unknown): value is RunFolderError {
    return typeof value === "object" && value !== null && marker in value;
  }
}
