import { documentIds, type TokenDocument } from "@bertkit/pretraining";
import type { Tokenizer } from "@bertkit/tokenizer";

/** Encodes documents of sentences. Drops sentences without ids, and empty documents. */
export function toDocuments(texts: readonly (readonly string[])[], tokenizer: Tokenizer): TokenDocument[] {
  return texts
    .map((sentences) => documentIds(sentences, tokenizer).filter((ids) => ids.length > 0))
    .filter((document) => document.length > 0);
}

export function countIds(documents: readonly TokenDocument[]): number {
  return documents.reduce((total, sentences) => total + sentences.reduce((sum, ids) => sum + ids.length, 0), 0);
}
