import { checkOptions, checkValue, required, wholeNumber, type Rules } from "@bertkit/checks";
import { checkDocuments, checkRandom } from "./check-documents.ts";
import type { RandomSource } from "@bertkit/nn";

import { cooccurrences } from "./cooccurrences.ts";
import { positivePmi } from "./positive-pmi.ts";
import type { TokenDocument } from "./pretraining-instance.ts";
import { symmetricFactors } from "./symmetric-factors.ts";

export interface WordVectorsOptions {
  readonly vocabularySize: number;
  /** Size of a vector, at most the vocabulary's size. */
  readonly size: number;
  /** Maximum distance of two ids that are counted as co-occurring. Default 2. */
  readonly window?: number;
}

const rules: Rules<WordVectorsOptions> = {
  vocabularySize: required(wholeNumber(1, 2 ** 24)),
  size: required(wholeNumber(1)),
  window: wholeNumber(1, 1024),
};

/**
 * A vector for each id from its contexts: the leading factors of the positive pointwise mutual information of
 * co-occurring ids, so that ids in similar contexts have similar vectors. Computed in seconds, they are a good
 * initialization of the word embeddings of a small model that is trained for minutes: see `startWithWordVectors` in the
 * encoder package. Source: Levy & Goldberg, 2014, "Neural Word Embedding as Implicit Matrix Factorization", section 3.3
 * ("symmetric SVD").
 *
 * @param documents counted across sentences, with 8 · `window` bytes of memory per token
 * @param random initializes the iteration: another stream gives nearly the same vectors, up to a rotation
 * @returns float32 [vocabularySize · size], row by row; zeros for ids that never occur
 * @throws RangeError on an id outside the vocabulary, or an option that is out of range
 */
export function wordVectors(
  documents: readonly TokenDocument[],
  options: WordVectorsOptions,
  random: RandomSource,
): Float32Array {
  checkOptions("wordVectors", options, rules);
  checkDocuments("wordVectors", documents);
  checkRandom("wordVectors", random);
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
