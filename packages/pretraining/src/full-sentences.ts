import type { FlatDocument } from "./flat-document.ts";
import type { CheckedInstanceOptions } from "./instance-options.ts";
import type { SentencePair } from "./sentence-pair.ts";

/**
 * Sequences `[CLS] sentences [SEP]` of as many whole sentences as fit, across documents with a [SEP] between them
 * (RoBERTa, Liu et al. 2019, section 4.2, FULL-SENTENCES). A sentence that is longer than a sequence is split. No token
 * is dropped.
 */
export function* fullSentences(
  documents: readonly FlatDocument[],
  { vocabulary, maxSequenceLength }: CheckedInstanceOptions,
): Generator<SentencePair, void, undefined> {
  const { classificationId, separatorId } = vocabulary;
  const row = new Int32Array(maxSequenceLength);
  const last = maxSequenceLength - 1; // for the [SEP] at the end
  row[0] = classificationId;
  let length = 1;
  const taken = (): SentencePair => {
    if (row[length - 1] !== separatorId || length === 1) row[length++] = separatorId;
    const inputIds = row.slice(0, length);
    length = 1;
    return { inputIds, tokenTypeIds: new Int32Array(inputIds.length), isRandomNext: false };
  };
  for (const { ids, starts } of documents) {
    for (let place = 0; place < starts.length - 1; place++) {
      const sentence = ids.subarray(starts[place], starts[place + 1]);
      if (length > 1 && length + sentence.length > last) yield taken();
      for (let i = 0; i < sentence.length; i++) {
        if (length === last) yield taken();
        row[length++] = sentence[i]!;
      }
    }
    if (length > 1 && length < last) row[length++] = separatorId;
    else if (length > 1) yield taken();
  }
  if (length > 1) yield taken();
}
