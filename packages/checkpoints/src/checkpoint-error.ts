const marker = Symbol.for("@bertkit/checkpoints/CheckpointError");

/** What failed: the file's own form, the folder that holds it, or the names between file and model. */
export type CheckpointErrorCode = "SAFETENSORS" | "PYTORCH" | "TENSORFLOW" | "TFJS" | "FOLDER" | "NAMES";

/** Characters of the longest message: what a file calls its tensors is in it, and may be of any length. */
const longestMessage = 2000;

/** Every error that this package throws about a file; recognise it with `CheckpointError.isInstance`, which survives duplicate installs. */
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

/** A message with its middle cut out where it is long: what is wrong stands at the beginning, what to do at the end. */
function shortened(message: string): string {
  if (message.length <= longestMessage) return message;
  return `${message.slice(0, longestMessage / 2)} … ${message.slice(3 - longestMessage / 2)}`;
}
