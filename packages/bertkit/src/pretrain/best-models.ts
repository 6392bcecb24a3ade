import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { PretrainedParts } from "../model/pretrained.ts";
import { savePretrained } from "../model/save-pretrained.ts";

export interface Scored {
  readonly step: number;
  /** Lower is better. */
  readonly loss: number;
}

/** The best `count` evaluations, the best first; of equal ones the earlier. Those whose loss is not finite are last. */
export function bestOf<S extends Scored>(scored: readonly S[], count: number): S[] {
  // JSON saves NaN as null.
  const lossOf = ({ loss }: S): number => (Number.isFinite(loss) ? loss : Number.MAX_VALUE);
  return scored.toSorted((a, b) => lossOf(a) - lossOf(b) || a.step - b.step).slice(0, count);
}

/** A folder of the best models of a run so far, one subfolder each: "step-000500". */
export class BestModels {
  readonly #folder: string;
  readonly #count: number;

  constructor(folder: string, count: number) {
    this.#folder = folder;
    this.#count = count;
  }

  /** Saves the model of the latest evaluation if it is among the best, and removes models that no longer are. */
  async add(evaluations: readonly Scored[], model: PretrainedParts): Promise<void> {
    if (this.#count === 0) return;
    const best = bestOf(evaluations, this.#count);
    const latest = evaluations.at(-1);
    if (latest !== undefined && best.includes(latest)) await savePretrained(join(this.#folder, nameOf(latest)), model);
    const kept = new Set(best.map(nameOf));
    for (const name of await readdir(this.#folder).catch(() => []))
      if (/^step-\d+$/.test(name) && !kept.has(name)) await rm(join(this.#folder, name), { recursive: true });
  }
}

function nameOf({ step }: Scored): string {
  return `step-${String(step).padStart(6, "0")}`;
}
