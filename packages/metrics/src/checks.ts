import { checkArray, checkValue, shown, wholeNumber } from "@bertkit/checks";
import { MetricError } from "./metric-error.ts";

/** Checks that two lists are equally long and not empty. */
export function checkPaired(
  where: string,
  left: ArrayLike<unknown>,
  right: ArrayLike<unknown>,
  names: readonly [string, string],
): void {
  checkArray(where, names[0], left, "examples");
  checkArray(where, names[1], right, "examples");
  if (left.length !== right.length) {
    throw new MetricError(
      `${where}: ${names[0]} and ${names[1]} must be equally long, got ${left.length} and ${right.length}. Pass one of each per example.`,
    );
  }
  checkNotEmpty(where, left, names[0]);
}

export function checkNotEmpty(where: string, values: ArrayLike<unknown>, name: string): void {
  if (values.length === 0) throw new MetricError(`${where}: no ${name}, got an empty list. Pass at least one example.`);
}

/** Checks that every value is finite; comparisons and sorts do not report a NaN. */
export function checkFinite(where: string, values: ArrayLike<number>, name: string): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      throw new MetricError(
        `${where}: ${name} must be finite numbers, got ${shown(values[i])} at ${i}. Look for a loss or logit that overflowed.`,
      );
    }
  }
}

/** Checks that every value is an integer from 0, below `classCount` if given. */
export function checkClasses(
  where: string,
  values: ArrayLike<number>,
  name: string,
  classCount: number = Infinity,
): void {
  if (classCount !== Infinity) checkClassCount(where, classCount);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isInteger(value) || value < 0 || value >= classCount) {
      const range = classCount === Infinity ? "integers of 0 or more" : `integers from 0 to ${classCount - 1}`;
      throw new MetricError(
        `${where}: ${name} must be ${range}, got ${shown(value)} at ${i}. Convert label names or scores to class numbers first.`,
      );
    }
  }
}

/** Checks a number of classes for a result with one entry per class or pair of classes. */
export function checkClassCount(where: string, classCount: number, maximum: number = 2 ** 20): void {
  checkValue(
    where,
    "the number of classes",
    classCount,
    wholeNumber(1, maximum),
    "Number the classes from 0 without gaps.",
  );
}

/** Checks that every value is 0 or 1. */
export function checkBinary(where: string, values: ArrayLike<number>, name: string): void {
  for (let i = 0; i < values.length; i++) {
    if (values[i] !== 0 && values[i] !== 1) {
      throw new MetricError(
        `${where}: ${name} must be 0 or 1, got ${shown(values[i])} at ${i}. Compare with a threshold or the positive class first.`,
      );
    }
  }
}

/** Number of rows of a row-major [rows, labelCount] matrix. */
export function rowCount(where: string, values: ArrayLike<unknown>, labelCount: number): number {
  checkValue(where, "labelCount", labelCount, wholeNumber(1), "Pass the number of labels of an example.");
  if (values.length % labelCount !== 0) {
    throw new MetricError(
      `${where}: the number of values must be a multiple of labelCount ${labelCount}, got ${values.length}. Pass row-major [examples, labels] and the number of labels.`,
    );
  }
  return values.length / labelCount;
}
