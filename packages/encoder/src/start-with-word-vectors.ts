import { checkArray, checkObject } from "@bertkit/checks";
import { ownedTensor } from "@bertkit/ops";
import * as tf from "@tensorflow/tfjs-core";

import type { Bert } from "./create-bert.ts";

/**
 * Initializes the word embeddings with given vectors, such as those of `wordVectors` in the pretraining package,
 * scaled to the root mean square of the table. A word whose vector is all zeros keeps its initial embedding.
 *
 * @param vectors [words · size], row-major
 * @throws RangeError unless there is one finite vector of the encoder's size per word
 */
export function startWithWordVectors(encoder: Bert, vectors: ArrayLike<number>): void {
  checkObject("startWithWordVectors", "encoder", encoder, "a BERT encoder", "embeddings");
  checkArray("startWithWordVectors", "vectors", vectors, "numbers");
  const { table } = encoder.embeddings.word;
  const [words, size] = table.shape;
  if (vectors.length !== words * size)
    throw new RangeError(
      `startWithWordVectors: needs ${words} vectors of ${size} numbers, ${words * size} in all, got ${vectors.length}.`,
    );
  const values = Float32Array.from(table.dataSync());
  const rootMeanSquare = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
  const given: number[] = [];
  let squares = 0;
  for (let word = 0; word < words; word++) {
    let own = 0;
    for (let at = word * size; at < (word + 1) * size; at++) own += vectors[at]! ** 2;
    if (!Number.isFinite(own)) throw new RangeError(`startWithWordVectors: the vector of word ${word} is not finite.`);
    if (own > 0) given.push(word);
    squares += own;
  }
  const scale = rootMeanSquare / Math.sqrt(squares / (given.length * size));
  for (const word of given) for (let at = word * size; at < (word + 1) * size; at++) values[at] = vectors[at]! * scale;
  tf.tidy(() => table.assign(ownedTensor<tf.Rank.R2>(values, [words, size])));
}
