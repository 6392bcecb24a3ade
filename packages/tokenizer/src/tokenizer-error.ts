const marker: symbol = Symbol.for("bertkit.TokenizerError");

export type TokenizerErrorCode = "vocabulary" | "special-token" | "file" | "options" | "training";

/** Every error this package throws on purpose; `code` says which part. Recognised across duplicate installs. */
export class TokenizerError extends Error {
  readonly code: TokenizerErrorCode;

  constructor(code: TokenizerErrorCode, message: string) {
    super(message);
    this.name = "TokenizerError";
    this.code = code;
    Object.defineProperty(this, marker, { value: true });
  }

  static isInstance(value: unknown): value is TokenizerError {
    return typeof value === "object" && value !== null && marker in value;
  }
}
