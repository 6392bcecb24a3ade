import { checkBinary, checkFinite, checkPaired } from "./checks.ts";
import { MetricError } from "./metric-error.ts";

/**
 * Average precision: Σ (R_n − R_{n−1}) P_n over distinct scores in descending order, without interpolation, as in
 * scikit-learn. Equal scores are one threshold. `labels` are 0 or 1.
 * @throws MetricError if no label is 1
 */
export function averagePrecision(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  checkPaired("averagePrecision", scores, labels, ["scores", "labels"]);
  checkFinite("averagePrecision", scores, "scores");
  checkBinary("averagePrecision", labels, "labels");
  const order = Uint32Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[b]! - scores[a]!);
  let positives = 0;
  let sum = 0; // Σ (positives gained at this threshold) · precision
  for (let start = 0; start < order.length;) {
    let end = start;
    let gained = 0;
    for (; end < order.length && scores[order[end]!] === scores[order[start]!]; end++) gained += labels[order[end]!]!;
    positives += gained;
    sum += gained * (positives / end);
    start = end;
  }
  if (positives === 0) {
    throw new MetricError(
      `averagePrecision: labels must contain a 1, got ${labels.length} zeros. Use more examples, or leave this label out.`,
    );
  }
  return sum / positives;
}
