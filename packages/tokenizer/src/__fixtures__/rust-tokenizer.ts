import { createRequire } from "node:module";
import type * as Rust from "tokenizers";
import { tokenizerToJson } from "../files/index.ts";
import type { Encoding, Tokenizer } from "../index.ts";

/** The Node binding of the Rust library, the reference of the hf-fast dialect. It is CommonJS. */
export const rust: typeof Rust = createRequire(import.meta.url)("tokenizers");

/** The same tokenizer in the Rust library, through tokenizer.json. */
export function inRust(tokenizer: Tokenizer): Rust.Tokenizer {
  return rust.Tokenizer.fromString(tokenizerToJson(tokenizer));
}

/** The common fields of both encodings, in one format. */
export interface Comparable {
  ids: number[];
  tokenTypeIds: number[];
  attentionMask: number[];
  specialTokensMask: number[];
  wordIds: number[];
  tokens: string[];
  offsets: number[];
}

export function ours(encoding: Encoding): Comparable {
  const { ids, tokenTypeIds, attentionMask, specialTokensMask, wordIds, tokens, offsets } = encoding;
  return {
    ids: [...ids],
    tokenTypeIds: [...tokenTypeIds],
    attentionMask: [...attentionMask],
    specialTokensMask: [...specialTokensMask],
    wordIds: [...wordIds],
    tokens,
    offsets: [...offsets],
  };
}

/** The binding's offsets are code points in each text; `sequenceIds` is the text of each token. */
export function theirs(encoding: Rust.Encoding, texts: readonly string[], sequenceIds: Int32Array): Comparable {
  const places = texts.map(unitPlaces);
  return {
    ids: encoding.getIds(),
    tokenTypeIds: encoding.getTypeIds(),
    attentionMask: encoding.getAttentionMask(),
    specialTokensMask: encoding.getSpecialTokensMask(),
    wordIds: encoding.getWordIds().map((word) => word ?? -1),
    tokens: encoding.getTokens(),
    offsets: encoding.getOffsets().flatMap((pair, i) => {
      const units = places[Math.max(0, sequenceIds[i]!)]!;
      return pair.map((point) => units[point]!);
    }),
  };
}

function unitPlaces(text: string): number[] {
  const places = [0];
  for (const character of text) places.push(places.at(-1)! + character.length);
  return places;
}
