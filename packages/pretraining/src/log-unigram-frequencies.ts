import { checkArray, checkList, checkValue, number, wholeNumber, type NoText, shown } from "@bertkit/checks";

/**
 * Log probabilities of ids from their counts, with `smoothing` added to every count. As initial output bias, the masked
 * LM starts with the unigram distribution instead of the uniform one.
 *
 * @param counts one count per id of the vocabulary
 */
export function logUnigramFrequencies(counts: ArrayLike<number>, smoothing = 1): Float32Array {
  checkArray("logUnigramFrequencies", "counts", counts, "counts");
  checkValue("logUnigramFrequencies", "smoothing", smoothing, number({ above: 0 }), "Ids that never occur need some.");
  const bad = Array.from(counts).findIndex((count) => !(typeof count === "number" && count >= 0 && count < Infinity));
  if (bad >= 0)
    throw new RangeError(
      `logUnigramFrequencies: counts must be numbers from 0, got ${shown(counts[bad])} for the id ${bad}. Pass what countTokens gives.`,
    );
  const smoothed = Float64Array.from(counts, (count) => count + smoothing);
  const total = smoothed.reduce((sum, count) => sum + count, 0);
  return Float32Array.from(smoothed, (count) => Math.log(count / total));
}

/**
 * Counts each id in documents of token ids.
 *
 * @throws RangeError for an id outside the vocabulary
 */
export function countTokens(
  documents: Iterable<Iterable<ArrayLike<number>>> & NoText,
  vocabularySize: number,
): Float64Array {
  checkList("countTokens", "documents", documents, "documents");
  checkValue("countTokens", "vocabularySize", vocabularySize, wholeNumber(1), "Pass vocabulary.size.");
  const counts = new Float64Array(vocabularySize);
  for (const document of documents) {
    checkList("countTokens", "a document", document, "sentences");
    for (const sentence of document) {
      checkArray("countTokens", "a sentence", sentence, "ids");
      for (let i = 0; i < sentence.length; i++) {
        const id = sentence[i]!;
        if (typeof id !== "number" || !(id in counts))
          throw new RangeError(
            `countTokens: ids must be from 0 to ${vocabularySize - 1}, got ${shown(id)}. Count with the vocabulary of the ids.`,
          );
        counts[id]!++;
      }
    }
  }
  return counts;
}
