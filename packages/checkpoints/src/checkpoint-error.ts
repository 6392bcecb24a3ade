const marker = Symbol.for("@bertkit/checkpoints/CheckpointError");

/** What failed: a file format, the folder, or the mapping of names between file and model. */
export type CheckpointErrorCode = "SAFETENSORS" | "PYTORCH" | "TENSORFLOW" | "TFJS" | "FOLDER" | "NAMES";

/** Maximum message length: messages contain tensor names, which may have any length. */
const longestMessage = 2000;

/**
 * An error about a file. Test for it with `CheckpointError.isInstance`, which also recognizes other copies of this
 * package.
 */
export class CheckpointError extends Error {
  readonly code: CheckpointErrorCode;

  constructor(code: CheckpointErrorCode, message: string, options?: ErrorOptions) {
    super(shortened(message), options);
    this.name = "CheckpointError";
    this.code = code;
    Object.defineProperty(this, marker, { value: true });
  }

  static isInstance(value: unknown): value is CheckpointError {
    return typeof value === "object" && value !== null && marker in value;
  }
}

/** Shortens a long message in the middle: the problem is at its start, the fix at its end. */
function shortened(message: string): string {
  if (message.length <= longestMessage) return message;
  return `${message.slice(0, longestMessage / 2)} … ${message.slice(3 - longestMessage / 2)}`;
}
