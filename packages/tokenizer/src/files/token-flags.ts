import type { AddedToken } from "../added-tokens/added-token.ts";
import { booleanAt, type JsonObject } from "./json-reader.ts";

/** The flags of an added token, with the keys that files have for them. */
const keys = {
  singleWord: "single_word",
  leftStrip: "lstrip",
  rightStrip: "rstrip",
  normalized: "normalized",
  special: "special",
};

type Flags = { readonly [name in keyof typeof keys]: boolean };

/** The flags of an entry in a file; false if it does not have them. */
export function readTokenFlags(file: string, entry: JsonObject): Flags {
  return Object.fromEntries(
    Object.entries(keys).map(([name, key]) => [name, booleanAt(file, entry, key) ?? false]),
  ) as Flags;
}

/** The content and flags of a token, as files have them. */
export function writeTokenFlags(token: AddedToken): object {
  return {
    content: token.content,
    ...Object.fromEntries(Object.entries(keys).map(([name, key]) => [key, token[name as keyof Flags]])),
  };
}
