import { checkOptions, checkValue, required, wholeNumber, type Rules } from "@bertkit/checks";
import { checkDocuments } from "./check-documents.ts";
import type { RandomSource } from "@bertkit/nn";

import { cooccurrences } from "./cooccurrences.ts";
import { positivePmi } from "./positive-pmi.ts";
import type { TokenDocument } from "./pretraining-instance.ts";
import { symmetricFactors } from "./symmetric-factors.ts";

export interface WordVectorsOptions {
  readonly vocabularySize: number;
  /** Numbers of a vector, at most the vocabulary's size. */
  readonly size: number;
  /** How far apart two ids may stand to be counted together. Default 2. */
  readonly window?: number;
}

const rules: Rules<WordVectorsOptions> = {
  vocabularySize: required(wholeNumber(1, 2 ** 24)),
  size: required(wholeNumber(1)),
  window: wholeNumber(1, 1024),
};

/**
 * A vector for each id by what stands beside it: the leading factors of the positive pointwise mutual information of ids
 * near each other, so that ids used alike have vectors alike. Counted and factored in seconds, it is where the word
 * embeddings of a small model that is trained for minutes had better start: see `startWithWordVectors` in the encoder package.
 * Source: Levy & Goldberg, 2014, "Neural Word Embedding as Implicit Matrix Factorization", section 3.3 ("symmetric SVD").
 *
 * @param documents counted over the ends of sentences; takes 8 · `window` bytes a token meanwhile
 * @param random of what the factors are searched from: another stream gives nearly the same vectors, turned
 * @returns float32 [vocabularySize · size], row by row; zeros for ids that never occur
 * @throws RangeError on an id outside the vocabulary, or options that are no whole numbers in their range
 */
export function wordVectors(
  documents: readonly TokenDocument[],
  options: WordVectorsOptions,
  random: RandomSource,
): Float32Array {
  checkOptions("wordVectors", options, rules);
  checkDocuments("wordVectors", documents);
  const { vocabularySize, size, window = 2 } = options;
  checkValue("wordVectors", "size", size, wholeNumber(1, vocabularySize));
  if (!documents.some((document) => document.some(({ length }) => length > 0)))
    throw new RangeError(
      `wordVectors: no token ids in ${documents.length} documents. Pass documents with sentences of token ids.`,
    );
  const factors = symmetricFactors(positivePmi(cooccurrences(documents, vocabularySize, window)), size, random);
  const vectors = new Float32Array(vocabularySize * size);
  factors.forEach((factor, column) => factor.forEach((value, id) => (vectors[id * size + column] = value)));
  return vectors;
}
