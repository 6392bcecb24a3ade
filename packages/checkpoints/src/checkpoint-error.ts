const marker = Symbol.for("@bertkit/checkpoints/CheckpointError");

/** What failed: the file's own form, the folder that holds it, or the names between file and model. */
export type CheckpointErrorCode = "SAFETENSORS" | "PYTORCH" | "TENSORFLOW" | "TFJS" | "FOLDER" | "NAMES";

/** Every error that this package throws about a file; recognise it with `CheckpointError.isInstance`, which survives duplicate installs. */
export class CheckpointError extends Error {
  readonly code: CheckpointErrorCode;

  constructor(code: CheckpointErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "CheckpointError";
    this.code = code;
    Object.defineProperty(this, marker, { value: true });
  }

  static isInstance(value: unknown): value is CheckpointError {
    return typeof value === "object" && value !== null && marker in value;
  }
}
