import type { CompiledGraph } from "./compiled-graph.ts";

/** A graph that keeps at most this many bytes always may. */
const small = 16 * 2 ** 20;

/** Bytes that all larger graphs together may keep, unless `cachedBytes` allows less. */
const together = 128 * 2 ** 20;

/** Consecutive runs before a graph counts as the active one: initial, maximum. */
const [hopeful, patient] = [2, 32];

/**
 * Decides which graphs keep the memory of their intermediate results between runs. Keeping it saves a sixth of a
 * training step's time; but every batch shape is a separate graph, and eight graphs would keep eight peaks. So small
 * graphs always keep it, others while the total fits the limit, and one that does not fit only while no other graph
 * runs. A graph counts as the only one after some consecutive runs, twice as many each time a graph runs again that had
 * to give up its memory: each change costs a compilation.
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

  /** Whether the graph that is about to run keeps its memory. Takes it from other graphs if the total does not fit. */
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
