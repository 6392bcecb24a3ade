import { checkOptions, oneOf, wholeNumber, type Rules, shown } from "@bertkit/checks";
import { checkBinary, checkPaired } from "./checks.ts";
import { MetricError } from "./metric-error.ts";

export interface CalibrationOptions {
  /** Number of bins of equal width in [0, 1]; each includes its upper end. Default 15. */
  readonly bins?: number;
  /** "expected": the mean over examples. "maximum": the error of the worst bin. Default "expected". */
  readonly norm?: "expected" | "maximum";
}

const rules: Rules<CalibrationOptions> = { bins: wholeNumber(1, 2 ** 20), norm: oneOf(["expected", "maximum"]) };

/**
 * Calibration error over bins of confidence: the difference between mean confidence and accuracy (Guo et al., 2017, ECE
 * and MCE). `confidences` are the probabilities of the predicted classes; `right` is 1 for a correct prediction,
 * otherwise 0.
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
    while (place > 0 && confidences[i]! <= place / bins) place--; // rounding may put the product past an end
    while (place < bins - 1 && confidences[i]! > (place + 1) / bins) place++;
    const bin = of[place]!;
    bin.count++;
    bin.confidence += confidences[i]!;
    bin.right += right[i]!;
  }
  const filled = of.filter(({ count }) => count > 0);
  if (norm === "maximum")
    return filled.reduce((most, bin) => Math.max(most, Math.abs(bin.confidence - bin.right) / bin.count), 0);
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
    if (!(typeof values[i] === "number" && values[i]! >= 0 && values[i]! <= 1))
      throw new MetricError(
        `${where}: probabilities must be from 0 to 1, got ${shown(values[i])} at ${i}. Take the softmax or sigmoid of logits first.`,
      );
}
