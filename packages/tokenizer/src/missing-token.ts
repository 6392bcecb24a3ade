import { TokenizerError, type TokenizerErrorCode } from "./tokenizer-error.ts";

/** The error for a required token that a vocabulary of `size` lacks. `orElse` is an alternative to adding it. */
export function missingToken(
  code: TokenizerErrorCode,
  what: string,
  token: string,
  size: number,
  orElse: string,
): TokenizerError {
  return new TokenizerError(
    code,
    `${what} ${JSON.stringify(token)} is not in the vocabulary of ${size}. Add it, or ${orElse}.`,
  );
}
