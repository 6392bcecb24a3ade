const marker: unique symbol = Symbol.for("bertkit.TokenizerError");

export type TokenizerErrorCode = "vocabulary" | "special-token" | "file" | "options" | "training";

/** The error class of this package. `code` names the part. `isInstance` also recognizes other copies of the package. */
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

/** Shortens a long message in the middle: the problem is at its start, the fix at its end. */
function shortened(message: string): string {
  if (message.length <= longestMessage) return message;
  return `${message.slice(0, longestMessage / 2)} … ${message.slice(3 - longestMessage / 2)}`;
}
