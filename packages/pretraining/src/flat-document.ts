import type { TokenDocument } from "./pretraining-instance.ts";

/** The ids of a document's sentences one after another, so that sentences side by side are one piece of it. */
export interface FlatDocument {
  readonly ids: Int32Array;
  /** Where each sentence starts, and where the last one ends, [sentences + 1]. */
  readonly starts: Int32Array;
}

/** The documents with a sentence, without empty sentences, as Google's reader drops them. */
export function flatDocuments(documents: readonly TokenDocument[]): FlatDocument[] {
  return documents.map(flatDocument).filter(({ ids }) => ids.length > 0);
}

function flatDocument(document: TokenDocument): FlatDocument {
  let tokens = 0;
  let sentences = 0;
  for (const { length } of document) {
    tokens += length;
    if (length > 0) sentences++;
  }
  const ids = new Int32Array(tokens);
  const starts = new Int32Array(sentences + 1);
  let end = 0;
  let count = 0;
  for (const sentence of document) {
    if (sentence.length === 0) continue;
    ids.set(sentence, end);
    end += sentence.length;
    starts[++count] = end;
  }
  return { ids, starts };
}
