import { shown } from "@bertkit/checks";
import { DatasetError } from "../dataset-error.ts";

/** @throws DatasetError unless an item's length is a number of at least 0 */
export function lengthOfItem<Item>(where: string, item: Item, length: (item: Item) => number): number {
  const tokens = length(item);
  if (Number.isFinite(tokens) && tokens >= 0) return tokens;
  throw new DatasetError(
    where,
    `length must give a number of at least 0, got ${shown(tokens)}. Count the item's tokens.`,
  );
}
