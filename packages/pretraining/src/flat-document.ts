import { shown } from "@bertkit/checks";
import type { TokenDocument } from "./pretraining-instance.ts";

/** The concatenated ids of a document's sentences, so that consecutive sentences are one slice. */
export interface FlatDocument {
  readonly ids: Int32Array;
  /** The start of each sentence, and the end of the last one, [sentences + 1]. */
  readonly starts: Int32Array;
}

/**
 * The documents without empty sentences and documents, which Google's reader also drops.
 *
 * @throws RangeError for an id outside a vocabulary of `size`
 */
export function flatDocuments(where: string, documents: readonly TokenDocument[], size: number): FlatDocument[] {
  const flat = documents.map((document) => flatDocument(where, document));
  for (const [document, { ids }] of flat.entries())
    for (let i = 0; i < ids.length; i++)
      if (!(ids[i]! >= 0 && ids[i]! < size))
        throw new RangeError(
          `${where}: documents[${document}] has the id ${ids[i]}, outside a vocabulary of ${size}. Pass the vocabulary of the tokenizer that encoded the documents.`,
        );
  return flat.filter(({ ids }) => ids.length > 0);
}

function flatDocument(where: string, document: TokenDocument): FlatDocument {
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
    if (!(sentence instanceof Int32Array)) checkWhole(where, sentence);
    ids.set(sentence, end);
    end += sentence.length;
    starts[++count] = end;
  }
  return { ids, starts };
}

/** A typed array of integers would round other numbers silently. */
function checkWhole(where: string, sentence: ArrayLike<number>): void {
  for (let i = 0; i < sentence.length; i++)
    if (!Number.isInteger(sentence[i]))
      throw new RangeError(
        `${where}: a sentence must be a list of token ids, got ${shown(sentence[i])} at ${i}. Encode it.`,
      );
}
