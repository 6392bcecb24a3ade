/**
 * log p(id) from how often each id occurs, with `smoothing` added to every count: as the initial output bias it starts
 * the masked LM at the unigram distribution instead of the uniform one.
 *
 * @param counts one count for each id of the vocabulary
 */
export function logUnigramFrequencies(counts: ArrayLike<number>, smoothing = 1): Float32Array {
  if (!(smoothing > 0))
    throw new RangeError(
      `logUnigramFrequencies: smoothing must be above 0, got ${smoothing}. Ids that never occur need some.`,
    );
  const smoothed = Float64Array.from(counts, (count) => count + smoothing);
  const total = smoothed.reduce((sum, count) => sum + count, 0);
  return Float32Array.from(smoothed, (count) => Math.log(count / total));
}

/** How often each id occurs in documents of token ids. */
export function countTokens(documents: Iterable<Iterable<ArrayLike<number>>>, vocabularySize: number): Float64Array {
  const counts = new Float64Array(vocabularySize);
  for (const document of documents) {
    for (const sentence of document) {
      for (let i = 0; i < sentence.length; i++) counts[sentence[i]!]!++;
    }
  }
  return counts;
}
