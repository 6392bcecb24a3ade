import { checkPaired } from "./checks.ts";

/** Fraction of predictions that equal their label, in [0, 1]. Takes class numbers or label names. */
export function accuracy<Label extends number | string>(
  predictions: ArrayLike<Label>,
  labels: ArrayLike<Label>,
): number {
  checkPaired("accuracy", predictions, labels, ["predictions", "labels"]);
  let correct = 0;
  for (let i = 0; i < labels.length; i++) if (predictions[i] === labels[i]) correct++;
  return correct / labels.length;
}
