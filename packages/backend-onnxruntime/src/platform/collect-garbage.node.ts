// Selected by the "node" condition in package.json's imports.
import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { garbage } from "../native/options.ts";

/**
 * Frees unreferenced memory immediately. V8 collects large arrays when JavaScript allocates, which a graph run does
 * not: a step's garbage would otherwise stay through the next step's peak. Only with the option `collectGarbage`,
 * because it briefly sets a flag of the process, and blocks it for a full collection.
 */
export function collectGarbage(): void {
  if (!garbage.collected) return;
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  setFlagsFromString("--no-expose-gc");
  collect();
  minUsed = used();
}

const maxGrowth = 64 * 2 ** 20;
let minUsed = Infinity;

/**
 * Collects if the heap has grown by 64 MiB, and by half, since its minimum; call it once per step. The objects of a
 * step's gradient tape live as long as the step, so V8 learns to allocate them in the old generation, which only a full
 * collection frees; by itself it starts one after about 200 MiB.
 */
export function limitGarbage(): void {
  if (!garbage.collected) return;
  const now = used();
  if (now < minUsed) minUsed = now;
  else if (now - minUsed > Math.max(maxGrowth, minUsed / 2)) collectGarbage();
}

function used(): number {
  return getHeapStatistics().used_heap_size;
}
