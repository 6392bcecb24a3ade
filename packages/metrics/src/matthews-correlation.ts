import { classCounts, type Counts } from "./class-counts.ts";

/**
 * Matthews correlation coefficient of class numbers, in [−1, 1]: 1 is perfect, 0 no better than chance. For more than
 * two classes, R_K (Gorodkin, 2004). 0 if all labels or all predictions are one class, as in scikit-learn.
 */
export function matthewsCorrelation(predictions: ArrayLike<number>, labels: ArrayLike<number>): number {
  return matthewsOf(classCounts("matthewsCorrelation", predictions, labels).values(), labels.length);
}

/** From the counts of each class among `total` examples. */
export function matthewsOf(classes: Iterable<Counts>, total: number): number {
  let right = 0;
  let chance = 0; // Σ predicted · actual
  let predictedSquares = 0;
  let actualSquares = 0;
  for (const counts of classes) {
    right += counts.right;
    chance += counts.predicted * counts.actual;
    predictedSquares += counts.predicted ** 2;
    actualSquares += counts.actual ** 2;
  }
  const spread = (total * total - predictedSquares) * (total * total - actualSquares);
  return spread === 0 ? 0 : (right * total - chance) / Math.sqrt(spread);
}
