import type { Source } from "../record/source.ts";
import type { Plan } from "../record/plan.ts";

/**
 * The most bytes of intermediate results that a run of the plan needs at one time, each from the node that makes it to
 * the last that reads it. What the plan reads from memory and what comes out of it lies elsewhere and is not counted.
 */
export function peakLiveBytes({ nodes, outputs }: Plan): number {
  const lastReader = new Map<Source, number>();
  nodes.forEach((node, place) => node.inputs.forEach((source) => lastReader.set(source, place)));
  const elsewhere = new Set(outputs);
  const endingAt: number[] = nodes.map(() => 0);
  let live = 0;
  let peak = 0;
  nodes.forEach((node, place) => {
    for (const source of node.outputs) {
      if (elsewhere.has(source)) continue;
      live += source.type.bytes;
      endingAt[lastReader.get(source) ?? place]! += source.type.bytes;
    }
    peak = Math.max(peak, live);
    live -= endingAt[place]!;
  });
  return peak;
}
