import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * Gives memory that nothing refers to back at once. V8 collects large arrays when JavaScript allocates, and a run of a
 * graph does not: what a step leaves unused would stay through the peak of the next.
 */
export function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  setFlagsFromString("--no-expose-gc");
  collect();
}
