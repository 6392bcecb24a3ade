import { checkOptions } from "./check-options.ts";
import { requireToken } from "./require-token.ts";

export interface SpecialToken {
  readonly token: string;
  readonly id: number;
}

/** BERT's five special tokens. */
export interface SpecialTokens {
  readonly padding: SpecialToken;
  readonly unknown: SpecialToken;
  readonly classification: SpecialToken;
  readonly separator: SpecialToken;
  /** @throws TokenizerError if the vocabulary has none. */
  readonly mask: SpecialToken;
  /** Whether the vocabulary has the mask token; if false, `mask` throws. */
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

/** The names with those of the option `specialTokens` that are not undefined. */
export function namesWith(
  names: SpecialTokenNames,
  given: Partial<SpecialTokenNames> | undefined = {},
  where: string,
): SpecialTokenNames {
  const merged: Record<string, string> = { ...names };
  checkOptions(`${where}: specialTokens`, given, `${Object.keys(names).join(":string ")}:string`);
  for (const role in given) merged[role] = given[role as SpecialTokenRole] ?? merged[role]!;
  return merged as SpecialTokenNames;
}

/**
 * Looks up the special tokens. A missing mask token is an error only on access: a fine-tuned model may lack it.
 *
 * @param where prefix of error messages: a file or a function.
 * @throws TokenizerError if one is missing, with its name.
 */
export function findSpecialTokens(
  names: SpecialTokenNames,
  id: (token: string) => number | undefined,
  size: number,
  where: string,
): SpecialTokens {
  const find = (role: SpecialTokenRole): SpecialToken => {
    const token = names[role];
    return {
      token,
      id: requireToken(
        id(token),
        `${where}: the ${role} token`,
        token,
        size,
        `name the vocabulary's own in specialTokens.${role}`,
      ),
    };
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
