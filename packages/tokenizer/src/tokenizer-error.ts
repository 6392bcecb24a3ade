const marker: unique symbol = Symbol.for("bertkit.TokenizerError");

export type TokenizerErrorCode = "vocabulary" | "special-token" | "file" | "options" | "training";

/** Every error this package throws on purpose; `code` says which part. Recognised across duplicate installs. */
export class TokenizerError extends Error {
  override readonly name: string = "TokenizerError";
  readonly code: TokenizerErrorCode;

  constructor(code: TokenizerErrorCode, message: string) {
    super(message);
    Object.defineProperty(this, marker, { value: true });
    this.code = code;
  }

  static isInstance(value: unknown): value is TokenizerError {
    return typeof value === "object" && value !== null && marker in value;
  }
}
