import type { CompiledGraph } from "./compiled-graph.ts";

/** Bytes up to which what a graph keeps is little. */
const small = 16 * 2 ** 20;

/** Bytes that graphs that keep more may keep together, unless `cachedBytes` allows less. */
const together = 128 * 2 ** 20;

/** Runs in a row after which a graph counts as the one at work: at first, and at most. */
const [hopeful, patient] = [2, 32];

/**
 * Decides which graphs keep the memory of their intermediate results between runs. Keeping it spares a training step a
 * sixth of its time; but every shape of a batch is a graph of its own, and eight that each kept a peak would take eight
 * peaks. So small graphs keep it always, others as long as they fit in what all may keep together, and one that does not
 * fit only while no other runs. It counts as alone after some runs in a row, twice as many whenever a graph comes back
 * that had to give its memory up: each change costs a compilation.
 */
export class Arenas {
  readonly #limit: number;
  /** Least recently used first. */
  #keepers: CompiledGraph[] = [];
  readonly #displaced: WeakSet<CompiledGraph> = new WeakSet();
  #last: WeakRef<CompiledGraph> | undefined;
  #runsInARow = 0;
  #settled: number = hopeful;

  constructor(cachedBytes: number) {
    this.#limit = Math.min(together, cachedBytes);
  }

  /** Whether the graph, about to run, is to keep its memory. Takes the memory from others that it does not fit beside. */
  allow(graph: CompiledGraph): boolean {
    if (graph.arenaBytes < small) return true;
    const before = this.#last?.deref();
    this.#runsInARow = before === graph ? this.#runsInARow + 1 : 1;
    if (before !== graph) this.#last = new WeakRef(graph);
    if (this.#displaced.delete(graph)) this.#settled = Math.min(2 * this.#settled, patient);
    const others = this.#keepers.filter((keeper) => keeper !== graph && keeper.keepsMemory);
    if (others.length === 1 && others[0]!.arenaBytes > this.#limit) this.#displaceOldest(others);
    const fits = () => graph.arenaBytes + sumOf(others) <= this.#limit;
    const keeps = graph.keepsMemory || fits() || before === undefined || this.#runsInARow >= this.#settled;
    if (keeps) {
      while (others.length > 0 && !fits()) this.#displaceOldest(others);
      others.push(graph);
    }
    this.#keepers = others;
    return keeps;
  }

  #displaceOldest(keepers: CompiledGraph[]): void {
    const oldest = keepers.shift()!;
    oldest.release();
    this.#displaced.add(oldest);
  }
}

function sumOf(graphs: readonly CompiledGraph[]): number {
  return graphs.reduce((sum, { arenaBytes }) => sum + arenaBytes, 0);
}
