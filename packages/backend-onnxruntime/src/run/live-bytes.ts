import type { Source } from "../record/source.ts";
import type { Plan } from "../record/plan.ts";

/**
 * Peak bytes of intermediate results during a run of the plan; each is alive from the node that computes it to the last
 * node that reads it. The plan's inputs and outputs have other memory and are not counted.
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
