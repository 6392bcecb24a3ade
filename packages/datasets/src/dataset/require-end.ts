import { DatasetError } from "../dataset-error.ts";
import type { DatasetParts } from "./pass.ts";

/** @throws DatasetError for an endless dataset, of which an operation would read all items */
export function requireEnd(
  { name, size }: Pick<DatasetParts<unknown>, "name" | "size">,
  where: string,
  cure: string,
): void {
  if (size === Infinity)
    throw new DatasetError(where, `${name} is endless, so that reading all of it never ends. ${cure}`);
}
