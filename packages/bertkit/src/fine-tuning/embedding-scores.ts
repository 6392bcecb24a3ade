import { pearson, reciprocalRank, spearman } from "@bertkit/metrics";
import type { Scores } from "./fine-tuning-task.ts";

/** Correlations of the cosines of pairs with their scores; 0 if all cosines or all scores are equal. */
export function similarityScores(
  texts: readonly Float32Array[],
  pairs: readonly Float32Array[],
  scores: readonly number[],
): Scores {
  const cosines = texts.map((vector, i) => cosine(vector, pairs[i]!));
  const varies = [cosines, scores].every((values) => values.some((value) => value !== values[0]));
  return { spearman: varies ? spearman(cosines, scores) : 0, pearson: varies ? pearson(cosines, scores) : 0 };
}

/** How well each text finds its pair among all pairs. */
export function retrievalOfPairs(texts: readonly Float32Array[], pairs: readonly Float32Array[]): Scores {
  let [sum, first] = [0, 0];
  texts.forEach((vector, own) => {
    const cosines = pairs.map((other) => cosine(vector, other));
    sum += reciprocalRank(
      cosines,
      pairs.map((_, i) => (i === own ? 1 : 0)),
    );
    if (cosines.every((value, i) => i === own || value < cosines[own]!)) first++;
  });
  return { mrr: sum / texts.length, accuracy: first / texts.length };
}

/** The cosine of the angle between two vectors. */
export function cosine(left: Float32Array, right: Float32Array): number {
  let [product, a, b] = [0, 0, 0];
  for (let i = 0; i < left.length; i++) {
    product += left[i]! * right[i]!;
    a += left[i]! ** 2;
    b += right[i]! ** 2;
  }
  return product / Math.max(Math.sqrt(a * b), 1e-12);
}
