import { TokenizerError } from "./tokenizer-error.ts";
import type { TokenizerErrorCode } from "./tokenizer-error.ts";

/** For a token that must be in a vocabulary of `size` and is not; `orElse` is what else can be done than to add it. */
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
