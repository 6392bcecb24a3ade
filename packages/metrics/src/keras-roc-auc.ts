import { checkArray, checkObject, checkOptions, shown, wholeNumber } from "@bertkit/checks";
import { checkBinary, checkPaired } from "./checks.ts";
import { MetricError } from "./metric-error.ts";

export interface KerasRocAucOptions {
  /** Default 200, as in Keras. */
  readonly thresholds?: number;
}

/** State of a `KerasRocAuc` as JSON: one entry per threshold. */
export interface KerasRocAucState {
  readonly positives: readonly number[];
  readonly negatives: readonly number[];
}

/**
 * Area under the ROC curve as Keras's `AUC` metric approximates it: linear interpolation between evenly spaced
 * thresholds (default 200), the first just below 0 and the last just above 1. Its memory does not grow with the data,
 * unlike that of the exact `rocAuc`. Scores are probabilities, labels 0 or 1. Computes in float64, Keras in float32.
 * Source: keras/src/metrics/confusion_metrics.py.
 */
export class KerasRocAuc {
  readonly thresholds: readonly number[];
  /** Number of scores per class between this threshold and the next. */
  readonly #positives: number[];
  readonly #negatives: number[];

  /** @throws RangeError unless thresholds is a whole number from 2 to 2^20 */
  constructor(options: KerasRocAucOptions = {}) {
    checkOptions("KerasRocAuc", options, { thresholds: wholeNumber(2, 2 ** 20) });
    const { thresholds = 200 } = options;
    const inner = Array.from({ length: thresholds - 2 }, (_, i) => (i + 1) / (thresholds - 1));
    this.thresholds = [-1e-7, ...inner, 1 + 1e-7];
    this.#positives = new Array<number>(thresholds).fill(0);
    this.#negatives = new Array<number>(thresholds).fill(0);
  }

  /** Counts a batch. @throws MetricError for a score outside [0, 1], without counting any of the batch */
  update(scores: ArrayLike<number>, labels: ArrayLike<number>): void {
    const where = "KerasRocAuc.update";
    checkPaired(where, scores, labels, ["scores", "labels"]);
    checkBinary(where, labels, "labels");
    for (let i = 0; i < scores.length; i++)
      if (!(typeof scores[i] === "number" && scores[i]! >= 0 && scores[i]! <= 1))
        throw new MetricError(
          `${where}: scores must be probabilities, from 0 to 1, got ${shown(scores[i])} at ${i}. Apply a sigmoid to logits first.`,
        );
    for (let i = 0; i < scores.length; i++) {
      const counts = labels[i] === 1 ? this.#positives : this.#negatives;
      counts[this.#lastBelow(scores[i]!)]!++;
    }
  }

  merge(other: KerasRocAuc | KerasRocAucState): void {
    checkObject("KerasRocAuc.merge", "the other", other, "a KerasRocAuc or its state");
    const { positives, negatives } = other instanceof KerasRocAuc ? other.state() : other;
    for (const counts of [positives, negatives]) checkArray("KerasRocAuc.merge", "the state", counts, "counts");
    const isFitting = (counts: readonly number[]): boolean =>
      counts.length === this.thresholds.length &&
      Array.from(counts).every((count) => Number.isSafeInteger(count) && count >= 0);
    if (!isFitting(positives) || !isFitting(negatives))
      throw new MetricError(
        `KerasRocAuc.merge: the other must have ${this.thresholds.length} thresholds, got ${positives.length}. Create both with the same number.`,
      );
    positives.forEach((count, i) => (this.#positives[i]! += count));
    negatives.forEach((count, i) => (this.#negatives[i]! += count));
  }

  state(): KerasRocAucState {
    return { positives: [...this.#positives], negatives: [...this.#negatives] };
  }

  /** @throws MetricError if one class did not occur; Keras returns 0 */
  result(): number {
    const [truePositives, falsePositives] = [this.#positives, this.#negatives].map(exceeding) as [number[], number[]];
    const [positives, negatives] = [truePositives[0]!, falsePositives[0]!];
    if (positives === 0 || negatives === 0)
      throw new MetricError(
        `KerasRocAuc: labels must contain both classes, got ${positives} ones and ${negatives} zeros. Use more examples, or leave this label out.`,
      );
    let area = 0;
    for (let i = 0; i + 1 < this.thresholds.length; i++) {
      const width = (falsePositives[i]! - falsePositives[i + 1]!) / negatives;
      area += (width * (truePositives[i]! + truePositives[i + 1]!)) / (2 * positives);
    }
    return area;
  }

  /** Index of the last threshold below a score. */
  #lastBelow(score: number): number {
    let place = Math.min(this.thresholds.length - 2, Math.floor(score * (this.thresholds.length - 1)));
    while (place > 0 && !(score > this.thresholds[place]!)) place--;
    while (score > this.thresholds[place + 1]!) place++;
    return place;
  }
}

/** Cumulative counts: how many scores exceed each threshold. */
function exceeding(counts: readonly number[]): number[] {
  const sums = [...counts];
  for (let i = sums.length - 2; i >= 0; i--) sums[i]! += sums[i + 1]!;
  return sums;
}
