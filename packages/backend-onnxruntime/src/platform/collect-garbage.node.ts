// Chosen by the condition "node" of package.json's imports.
import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { garbage } from "../native/options.ts";

/**
 * Gives memory that nothing refers to back at once. V8 collects large arrays when JavaScript allocates, and a run of a
 * graph does not: what a step leaves unused would stay through the peak of the next. Only where the option
 * `collectGarbage` asks for it: it switches a flag of the process for a moment, and stops it for a full collection.
 */
export function collectGarbage(): void {
  if (!garbage.collected) return;
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  setFlagsFromString("--no-expose-gc");
  collect();
  leastUsed = used();
}

const mostGrowth = 64 * 2 ** 20;
let leastUsed = Infinity;

/**
 * Collects when the heap has grown by 64 MiB, and by half, since it was smallest; to be called once a step. The tape of
 * a step lives as long as the step, so V8 comes to allocate such objects where only a full collection frees them, and
 * left alone it waits for some 200 MiB of them.
 */
export function limitGarbage(): void {
  if (!garbage.collected) return;
  const now = used();
  if (now < leastUsed) leastUsed = now;
  else if (now - leastUsed > Math.max(mostGrowth, leastUsed / 2)) collectGarbage();
}

function used(): number {
  return getHeapStatistics().used_heap_size;
}
