import { documentIds, type TokenDocument } from "@bertkit/pretraining";
import type { Tokenizer } from "@bertkit/tokenizer";

import type { Address } from "./addresses.ts";

/** The last addresses, kept aside for evaluation. */
export const heldOutAddresses = 12;

export interface SplitAddresses {
  training: Address[];
  heldOut: Address[];
}

export function splitAddresses(addresses: Address[]): SplitAddresses {
  return { training: addresses.slice(0, -heldOutAddresses), heldOut: addresses.slice(-heldOutAddresses) };
}

export function toDocuments(addresses: readonly Address[], tokenizer: Tokenizer): TokenDocument[] {
  return addresses.map(({ sentences }) => documentIds(sentences, tokenizer));
}

export function countIds(documents: readonly TokenDocument[]): number {
  return documents.reduce((total, sentences) => total + sentences.reduce((sum, ids) => sum + ids.length, 0), 0);
}
