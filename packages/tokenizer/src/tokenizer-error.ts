const marker: unique symbol = Symbol.for("bertkit.TokenizerError");

export type TokenizerErrorCode = "vocabulary" | "special-token" | "file" | "options" | "training";

/** The error class of this package. `code` names the part. `isInstance` also recognizes other copies of the package. */
export class TokenizerError extends Error {
  override readonly name: string = "TokenizerError";
  readonly code: TokenizerErrorCode;

  constructor(code: TokenizerErrorCode, message: string) {
    // The problem is at its start, the fix at its end.
    super(message.length > 2000 ? `${message.slice(0, 1000)} … ${message.slice(-1000)}` : message);
    Object.defineProperty(this, marker, { value: true });
    this.code = code;
  }

  static isInstance(value: unknown): value is TokenizerError {
    return marker in Object(value);
  }
}
