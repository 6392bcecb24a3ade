import { confusionMatrix } from "./confusion-matrix.ts";

/**
 * Matthews correlation of class numbers, in [−1, 1]: 1 is perfect, 0 no better than chance. For more than two classes
 * the R_K of Gorodkin (2004). 0 where all labels, or all predictions, are one class, as in scikit-learn.
 */
export function matthewsCorrelation(predictions: ArrayLike<number>, labels: ArrayLike<number>): number {
  const matrix = confusionMatrix(predictions, labels);
  const total = labels.length;
  let right = 0;
  let chance = 0; // Σ predicted · actual
  let predictedSquares = 0;
  let actualSquares = 0;
  for (let label = 0; label < matrix.length; label++) {
    const actual = matrix[label]!.reduce((sum, count) => sum + count, 0);
    const predicted = matrix.reduce((sum, row) => sum + row[label]!, 0);
    right += matrix[label]![label]!;
    chance += predicted * actual;
    predictedSquares += predicted * predicted;
    actualSquares += actual * actual;
  }
  const spread = (total * total - predictedSquares) * (total * total - actualSquares);
  return spread === 0 ? 0 : (right * total - chance) / Math.sqrt(spread);
}
