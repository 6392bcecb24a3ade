import { shortenMessage } from "@bertkit/checks";

const marker = Symbol.for("@bertkit/checkpoints/CheckpointError");

/** What failed: a file format, the folder, or the mapping of names between file and model. */
export type CheckpointErrorCode = "SAFETENSORS" | "PYTORCH" | "TENSORFLOW" | "TFJS" | "FOLDER" | "NAMES";

/**
 * An error about a file. Test for it with `CheckpointError.isInstance`, which also recognizes other copies of this
 * package.
 */
export class CheckpointError extends Error {
  readonly code: CheckpointErrorCode;

  constructor(code: CheckpointErrorCode, message: string, options?: ErrorOptions) {
    super(shortenMessage(message), options); // tensor names may have any length
    this.name = "CheckpointError";
    this.code = code;
    Object.defineProperty(this, marker, { value: true });
  }

  static isInstance(value: unknown): value is CheckpointError {
    return typeof value === "object" && value !== null && marker in value;
  }
}
