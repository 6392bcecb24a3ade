import { checkBinary, checkFinite, checkPaired, rowCount } from "./checks.ts";
import { MetricError } from "./metric-error.ts";
import { ranks } from "./ranks.ts";

/**
 * Area under the ROC curve: the probability that a positive scores above a negative; ties count one half. Exact, by the
 * Mann–Whitney rank sum (Hanley & McNeil, 1982). `labels` are 0 or 1.
 * @throws MetricError if all labels are equal
 */
export function rocAuc(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  checkPaired("rocAuc", scores, labels, ["scores", "labels"]);
  checkFinite("rocAuc", scores, "scores");
  checkBinary("rocAuc", labels, "labels");
  const area = areaUnderCurve(scores, labels);
  if (area === undefined) {
    throw new MetricError(
      `rocAuc: labels must contain both classes, got only ${labels[0]}, ${labels.length} times. Use more examples, or leave this label out.`,
    );
  }
  return area;
}

export interface MultiLabelRocAuc {
  /** The mean over labels with both classes. */
  readonly macro: number;
  /** One per label; undefined if its column has only one class. */
  readonly byLabel: (number | undefined)[];
}

/**
 * ROC-AUC per label of multi-label examples and their mean, the score of the Jigsaw toxic comment challenge. `scores`
 * and `labels` are row-major [examples, labelCount].
 * @throws MetricError if no label has both classes
 */
export function multiLabelRocAuc(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  labelCount: number,
): MultiLabelRocAuc {
  const where = "multiLabelRocAuc";
  checkPaired(where, scores, labels, ["scores", "labels"]);
  const rows = rowCount(where, labels, labelCount);
  checkFinite(where, scores, "scores");
  checkBinary(where, labels, "labels");
  const column = (values: ArrayLike<number>, label: number): Float64Array =>
    Float64Array.from({ length: rows }, (_, row) => values[row * labelCount + label]!);
  const byLabel = Array.from({ length: labelCount }, (_, label) =>
    areaUnderCurve(column(scores, label), column(labels, label)),
  );
  const areas = byLabel.filter((area) => area !== undefined);
  if (areas.length === 0) {
    throw new MetricError(`${where}: no label has both classes among ${rows} examples. Use more examples.`);
  }
  return { macro: areas.reduce((sum, area) => sum + area, 0) / areas.length, byLabel };
}

function areaUnderCurve(scores: ArrayLike<number>, labels: ArrayLike<number>): number | undefined {
  const rank = ranks(scores);
  let positives = 0;
  let rankSum = 0;
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] !== 1) continue;
    positives++;
    rankSum += rank[i]!;
  }
  const negatives = labels.length - positives;
  if (positives === 0 || negatives === 0) return undefined;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}
