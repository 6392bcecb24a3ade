import { TokenizerError } from "./tokenizer-error.ts";

/** The id of a required token; throws if a vocabulary of `size` lacks it. `orElse` is an alternative to adding it. */
export function requireToken(
  id: number | undefined,
  what: string,
  token: string,
  size: number,
  orElse: string,
): number {
  if (id !== undefined) return id;
  throw new TokenizerError(
    "special-token",
    `${what} ${JSON.stringify(token)} is not in the vocabulary of ${size}. Add it, or ${orElse}.`,
  );
}
