import type { TokenDocument } from "./pretraining-instance.ts";

/** The concatenated ids of a document's sentences, so that consecutive sentences are one slice. */
export interface FlatDocument {
  readonly ids: Int32Array;
  /** The start of each sentence, and the end of the last one, [sentences + 1]. */
  readonly starts: Int32Array;
}

/** The documents without empty sentences and documents, which Google's reader also drops. */
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
