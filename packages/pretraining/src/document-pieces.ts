import type { FlatDocument } from "./flat-document.ts";
import type { CheckedInstanceOptions } from "./instance-options.ts";
import type { SentencePair } from "./sentence-pair.ts";

/**
 * Sequences `[CLS] ids [SEP]` of a document, all full except for the last, so that rows can be packed with little padding.
 */
export function* documentPieces(
  { ids }: FlatDocument,
  { vocabulary, maxSequenceLength }: CheckedInstanceOptions,
): Generator<SentencePair, void, undefined> {
  const { classificationId, separatorId } = vocabulary;
  for (let start = 0; start < ids.length; start += maxSequenceLength - 2) {
    const piece = ids.subarray(start, start + maxSequenceLength - 2);
    const inputIds = new Int32Array(piece.length + 2);
    inputIds[0] = classificationId;
    inputIds.set(piece, 1);
    inputIds[piece.length + 1] = separatorId;
    yield { inputIds, tokenTypeIds: new Int32Array(inputIds.length), isRandomNext: false };
  }
}
