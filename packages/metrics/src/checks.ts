import { checkArray, checkValue, wholeNumber } from "@bertkit/checks";
import { MetricError } from "./metric-error.ts";

/** Two columns of the same examples: equally long and not empty. */
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

/** Every value a finite number; a NaN would otherwise pass silently through comparisons and sorts. */
export function checkFinite(where: string, values: ArrayLike<number>, name: string): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      throw new MetricError(
        `${where}: ${name} must be finite numbers, got ${values[i]} at ${i}. Look for a loss or logit that overflowed.`,
      );
    }
  }
}

/** Every value a class number: an integer of 0 or more, and below classCount where that is given. */
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
        `${where}: ${name} must be ${range}, got ${value} at ${i}. Turn label names into class numbers, and scores into classes, first.`,
      );
    }
  }
}

/** A number of classes that a result with one entry a class, or a pair of classes, can have. */
export function checkClassCount(where: string, classCount: number, most: number = 2 ** 20): void {
  checkValue(
    where,
    "the number of classes",
    classCount,
    wholeNumber(1, most),
    "Number the classes from 0 without gaps.",
  );
}

/** Every value 0 or 1. */
export function checkBinary(where: string, values: ArrayLike<number>, name: string): void {
  for (let i = 0; i < values.length; i++) {
    if (values[i] !== 0 && values[i] !== 1) {
      throw new MetricError(
        `${where}: ${name} must be 0 or 1, got ${values[i]} at ${i}. Compare with a threshold, or with the positive class, first.`,
      );
    }
  }
}

/** The number of rows of a row-major [rows, labelCount] matrix. */
export function rowCount(where: string, values: ArrayLike<unknown>, labelCount: number): number {
  checkValue(where, "labelCount", labelCount, wholeNumber(1), "Pass the number of labels of an example.");
  if (values.length % labelCount !== 0) {
    throw new MetricError(
      `${where}: ${values.length} values do not fill rows of labelCount, got ${labelCount}. Pass row-major [examples, labels] and the number of labels.`,
    );
  }
  return values.length / labelCount;
}
