const marker = Symbol.for("bertkit/RunFolderError");

/** Another process has the folder, it holds a run with other settings, or something in it cannot be written. */
export type RunFolderErrorCode = "LOCKED" | "SETTINGS" | "OUTPUT";

/** What keeps a run from its folder, with the cure; recognise it with `RunFolderError.isInstance`. */
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
