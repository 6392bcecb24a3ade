import type { CompiledGraph } from "./compiled-graph.ts";

/** Graphs that keep fewer bytes always keep them. */
const smallGraph = 16 * 2 ** 20;

/** Bytes that all larger graphs together may keep, unless `cachedBytes` allows less. */
const maxTotal = 128 * 2 ** 20;

/** Consecutive runs after which a graph counts as the only one in use: initial number and maximum. */
const [initialRuns, maxRuns] = [2, 32];

/**
 * Decides which graphs keep the memory of their intermediate results between runs. Keeping it saves a sixth of a
 * training step's time; but every batch shape is a separate graph, and eight graphs would keep eight peaks. So small
 * graphs always keep it, others while the total fits the limit, and one that does not fit only while no other graph
 * runs. A graph counts as the only one after some consecutive runs. Their number doubles each time a graph that had to
 * give up its memory runs again, because each change costs a compilation.
 */
export class Arenas {
  readonly #limit: number;
  /** Least recently used first. */
  #keepers: CompiledGraph[] = [];
  readonly #displaced: WeakSet<CompiledGraph> = new WeakSet();
  #last: WeakRef<CompiledGraph> | undefined;
  #consecutiveRuns = 0;
  #requiredRuns: number = initialRuns;

  constructor(cachedBytes: number) {
    this.#limit = Math.min(maxTotal, cachedBytes);
  }

  /** Whether the graph that is about to run keeps its memory. Takes it from other graphs if the total does not fit. */
  allow(graph: CompiledGraph): boolean {
    if (graph.arenaBytes < smallGraph) return true;
    const before = this.#last?.deref();
    this.#consecutiveRuns = before === graph ? this.#consecutiveRuns + 1 : 1;
    if (before !== graph) this.#last = new WeakRef(graph);
    if (this.#displaced.delete(graph)) this.#requiredRuns = Math.min(2 * this.#requiredRuns, maxRuns);
    const others = this.#keepers.filter((keeper) => keeper !== graph && keeper.keepsMemory);
    if (others.length === 1 && others[0]!.arenaBytes > this.#limit) this.#displaceOldest(others);
    const fits = () => graph.arenaBytes + sumOf(others) <= this.#limit;
    const keeps = graph.keepsMemory || fits() || before === undefined || this.#consecutiveRuns >= this.#requiredRuns;
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
