import { shown } from "@bertkit/checks";
import { DatasetError } from "../dataset-error.ts";

/** A source of numbers in [0, 1), such as `() => rng.random()` or `Math.random`. */
export type Random = () => number;

/** An integer in [0, count). */
export function randomInteger(where: string, random: Random, count: number): number {
  const drawn = random();
  if (!(drawn >= 0 && drawn < 1)) {
    throw new DatasetError(
      where,
      `random must give numbers in [0, 1), got ${shown(drawn)}. Pass a function such as () => rng.random().`,
    );
  }
  return Math.floor(drawn * count);
}
