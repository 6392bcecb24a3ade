import { checkArray, checkValue, number, wholeNumber } from "@bertkit/checks";
import { checkFinite } from "./checks.ts";
import { MetricError } from "./metric-error.ts";

/** Standard error of the mean of at least two `values`: s / √n, where s divides by n − 1. */
export function standardErrorOfMean(values: ArrayLike<number>): number {
  checkArray("standardErrorOfMean", "values", values, "numbers");
  if (values.length < 2) {
    throw new MetricError(
      `standardErrorOfMean: needs at least two values, got ${values.length}. Repeat the measurement.`,
    );
  }
  checkFinite("standardErrorOfMean", values, "values");
  let mean = 0;
  let squares = 0; // Welford 1962: sum of squared deviations from the running mean
  for (let i = 0; i < values.length; i++) {
    const before = values[i]! - mean;
    mean += before / (i + 1);
    squares += before * (values[i]! - mean);
  }
  return Math.sqrt(squares / (values.length - 1) / values.length);
}

/** Standard error of a fraction of `count` independent examples, such as an accuracy: √(p (1 − p) / n). */
export function standardErrorOfProportion(proportion: number, count: number): number {
  const fraction = number({ from: 0, to: 1 });
  checkValue("standardErrorOfProportion", "proportion", proportion, fraction, "Divide a percentage by 100.");
  checkCount("standardErrorOfProportion", "count", count);
  return Math.sqrt((proportion * (1 - proportion)) / count);
}

/**
 * Standard error of a ROC-AUC from the area and the numbers of positives and negatives (Hanley & McNeil 1982, equation
 * 1 with the exponential approximations of Q1 and Q2).
 */
export function standardErrorOfRocAuc(area: number, positives: number, negatives: number): number {
  checkValue("standardErrorOfRocAuc", "area", area, number({ from: 0, to: 1 }), "Pass what rocAuc returned.");
  checkCount("standardErrorOfRocAuc", "positives", positives);
  checkCount("standardErrorOfRocAuc", "negatives", negatives);
  const twoPositives = area / (2 - area); // Q1: two random positives both score above a random negative
  const twoNegatives = (2 * area * area) / (1 + area); // Q2: a random positive scores above two random negatives
  const variance =
    area * (1 - area) + (positives - 1) * (twoPositives - area * area) + (negatives - 1) * (twoNegatives - area * area);
  return Math.sqrt(Math.max(0, variance) / (positives * negatives));
}

function checkCount(where: string, name: string, count: number): void {
  checkValue(where, name, count, wholeNumber(1), "Pass the number of examples measured.");
}
