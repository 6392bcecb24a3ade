import { shown } from "@bertkit/checks";
import { DatasetError } from "../dataset-error.ts";

/** An integer of `minimum` or more. */
export function checkCount(where: string, name: string, count: number, minimum = 1): void {
  if (!Number.isInteger(count) || count < minimum) {
    throw new DatasetError(
      where,
      `${name} must be an integer of ${minimum} or more, got ${shown(count)}. Pass a whole number.`,
    );
  }
}
