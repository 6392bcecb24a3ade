import { shown } from "@bertkit/checks";
import { checkPaired } from "./checks.ts";
import { MetricError } from "./metric-error.ts";

/**
 * Fraction of predictions that equal their label, in [0, 1]. Takes class numbers or label names.
 *
 * @throws MetricError for numbers and names together, which are never equal, or a value that is neither
 */
export function accuracy<Label extends number | string>(
  predictions: ArrayLike<Label>,
  labels: ArrayLike<Label>,
): number {
  checkPaired("accuracy", predictions, labels, ["predictions", "labels"]);
  for (const [name, values] of [
    ["predictions", predictions],
    ["labels", labels],
  ] as const)
    checkClassNames(name, values, typeof predictions[0]);
  let correct = 0;
  for (let i = 0; i < labels.length; i++) if (predictions[i] === labels[i]) correct++;
  return correct / labels.length;
}

/** A NaN would equal no label, a null another null, and a number no name. */
function checkClassNames(name: string, values: ArrayLike<number | string>, kind: string): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value !== "string" && !Number.isFinite(value))
      throw new MetricError(
        `accuracy: ${name} must be class numbers or label names, got ${shown(value)} at ${i}. Leave the example out.`,
      );
    if (typeof value !== kind)
      throw new MetricError(
        `accuracy: predictions and labels must be both class numbers or both label names, got ${shown(value)} in ${name} at ${i}, and a ${kind} as predictions[0]. Convert one of them.`,
      );
  }
}
