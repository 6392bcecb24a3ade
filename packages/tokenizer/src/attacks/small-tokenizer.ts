import { tokenizerFromFiles } from "../files/index.ts";
import type { Tokenizer } from "../tokenizer.ts";

export const special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

/** The vocabulary of a tokenizer.json, with further tokens. */
export const pieces = (extra: readonly string[] = []): Record<string, number> =>
  Object.fromEntries([...special, ...extra].map((token, id) => [token, id]));

/** `count` items, each made from its index. */
export const times = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));

/** A tokenizer.json with some fields replaced. */
export function tokenizerJson(root: object = {}, model: object = {}): string {
  return JSON.stringify({
    normalizer: { type: "BertNormalizer" },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: { type: "BertProcessing", cls: ["[CLS]", 2], sep: ["[SEP]", 3] },
    ...root,
    model: { type: "WordPiece", vocab: pieces(), ...model },
  });
}

/** A tokenizer with few tokens, one of them long. */
export const smallTokenizer = (): Tokenizer =>
  tokenizerFromFiles({ vocab: [...special, "a", "##a", `##${"a".repeat(90)}b`, ""].join("\n") });
