import { DatasetError } from "../dataset-error.ts";

/** An integer of `least` or more. */
export function checkCount(where: string, name: string, count: number, least = 1): void {
  if (!Number.isInteger(count) || count < least) {
    throw new DatasetError(where, `${name} must be an integer of ${least} or more, got ${count}. Pass a whole number.`);
  }
}
