import { checkOptions, oneOf, wholeNumber, type Rules } from "@bertkit/checks";
import { checkBinary, checkPaired } from "./checks.ts";
import { MetricError } from "./metric-error.ts";

export interface CalibrationOptions {
  /** Bins of equal width that (0, 1] is cut into, each with its upper end; 0 is in the first. Default 15. */
  bins?: number;
  /** "expected": the mean over examples. "maximum": that of the worst bin. Default "expected". */
  norm?: "expected" | "maximum";
}

const rules: Rules<CalibrationOptions> = { bins: wholeNumber(1, 2 ** 20), norm: oneOf(["expected", "maximum"]) };

/**
 * How far probabilities are from what happens: over bins of confidence, the distance between mean confidence and the share that
 * is right (Guo et al. 2017, ECE and MCE). `confidences` are the probabilities of what was predicted, `right` 1 where it was right.
 */
export function calibrationError(
  confidences: ArrayLike<number>,
  right: ArrayLike<number>,
  options: CalibrationOptions = {},
): number {
  const where = "calibrationError";
  checkOptions(where, options, rules);
  const { bins = 15, norm = "expected" } = options;
  checkPaired(where, confidences, right, ["confidences", "right"]);
  checkProbabilities(where, confidences);
  checkBinary(where, right, "right");
  const of = Array.from({ length: bins }, () => ({ count: 0, confidence: 0, right: 0 }));
  for (let i = 0; i < right.length; i++) {
    let place = Math.max(0, Math.ceil(confidences[i]! * bins) - 1);
    while (place > 0 && confidences[i]! <= place / bins) place--; // the product may be rounded over an end
    while (place < bins - 1 && confidences[i]! > (place + 1) / bins) place++;
    const bin = of[place]!;
    bin.count++;
    bin.confidence += confidences[i]!;
    bin.right += right[i]!;
  }
  const filled = of.filter(({ count }) => count > 0);
  if (norm === "maximum") return Math.max(...filled.map((bin) => Math.abs(bin.confidence - bin.right) / bin.count));
  return filled.reduce((sum, bin) => sum + Math.abs(bin.confidence - bin.right), 0) / right.length;
}

/** Mean squared distance between probabilities and labels of 0 or 1 (Brier 1950), as scikit-learn's `brier_score_loss`. */
export function brierScore(probabilities: ArrayLike<number>, labels: ArrayLike<number>): number {
  checkPaired("brierScore", probabilities, labels, ["probabilities", "labels"]);
  checkProbabilities("brierScore", probabilities);
  checkBinary("brierScore", labels, "labels");
  let sum = 0;
  for (let i = 0; i < labels.length; i++) sum += (probabilities[i]! - labels[i]!) ** 2;
  return sum / labels.length;
}

function checkProbabilities(where: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++)
    if (!(values[i]! >= 0 && values[i]! <= 1))
      throw new MetricError(
        `${where}: probabilities must be from 0 to 1, got ${values[i]} at ${i}. Take the softmax or sigmoid of logits first.`,
      );
}
