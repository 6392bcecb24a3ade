const marker: unique symbol = Symbol.for("bertkit.TokenizerError");

export type TokenizerErrorCode = "vocabulary" | "special-token" | "file" | "options" | "training";

/** Every error this package throws on purpose; `code` says which part. Recognised across duplicate installs. */
export class TokenizerError extends Error {
  override readonly name: string = "TokenizerError";
  readonly code: TokenizerErrorCode;

  constructor(code: TokenizerErrorCode, message: string) {
    super(shortened(message));
    Object.defineProperty(this, marker, { value: true });
    this.code = code;
  }

  static isInstance(value: unknown): value is TokenizerError {
    return typeof value === "object" && value !== null && marker in value;
  }
}

const longestMessage = 2000;

/** A message with its middle cut out where a file's own texts make it long: what is wrong begins it, the cure ends it. */
function shortened(message: string): string {
  if (message.length <= longestMessage) return message;
  return `${message.slice(0, longestMessage / 2)} … ${message.slice(3 - longestMessage / 2)}`;
}
