import { missingToken } from "./missing-token.ts";

export interface SpecialToken {
  readonly token: string;
  readonly id: number;
}

/** The five tokens BERT gives a meaning. */
export interface SpecialTokens {
  readonly padding: SpecialToken;
  readonly unknown: SpecialToken;
  readonly classification: SpecialToken;
  readonly separator: SpecialToken;
  /** @throws TokenizerError where the vocabulary has none. */
  readonly mask: SpecialToken;
  /** False where asking for `mask` would throw. */
  readonly hasMask: boolean;
}

export type SpecialTokenRole = "padding" | "unknown" | "classification" | "separator" | "mask";
export type SpecialTokenNames = { readonly [role in SpecialTokenRole]: string };

export const bertSpecialTokenNames: SpecialTokenNames = {
  padding: "[PAD]",
  unknown: "[UNK]",
  classification: "[CLS]",
  separator: "[SEP]",
  mask: "[MASK]",
};

/**
 * Looks the five up. A missing mask is only an error when it is asked for: a fine-tuned model can do without.
 *
 * @param where what errors name: a file, or who asks.
 * @throws TokenizerError naming the one that is missing.
 */
export function findSpecialTokens(
  names: SpecialTokenNames,
  id: (token: string) => number | undefined,
  size: number,
  where = "tokenizer",
): SpecialTokens {
  const find = (role: SpecialTokenRole): SpecialToken => {
    const token = names[role];
    const found = id(token);
    if (found === undefined)
      throw missingToken(
        "special-token",
        `${where}: the ${role} token`,
        token,
        size,
        `name the vocabulary's own with specialTokens: { ${role}: "…" }`,
      );
    return { token, id: found };
  };
  return {
    padding: find("padding"),
    unknown: find("unknown"),
    classification: find("classification"),
    separator: find("separator"),
    get mask(): SpecialToken {
      return find("mask");
    },
    hasMask: id(names.mask) !== undefined,
  };
}
