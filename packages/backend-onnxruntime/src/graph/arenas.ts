import type { CompiledGraph } from "./compiled-graph.ts";

/** Bytes of intermediate results from which on a graph counts as large. */
const large = 64 * 2 ** 20;

/** Runs in a row after which a large graph counts as the one at work. */
const settled = 32;

/**
 * Decides which graphs keep the memory of their intermediate results between runs: small ones always, of the large ones
 * one at a time. Keeping it spares a training step a sixth of its time; but every shape of a batch is a graph of its own,
 * and eight that each kept a peak would take eight peaks.
 */
export class Arenas {
  #keeper: CompiledGraph | undefined;
  #last: WeakRef<CompiledGraph> | undefined;
  #runsInARow = 0;

  /** Whether the graph, about to run, is to keep its memory. Takes the memory from another that kept it until now. */
  allow(graph: CompiledGraph): boolean {
    if (graph.intermediateBytes < large) return true;
    const before = this.#last?.deref();
    this.#runsInARow = before === graph ? this.#runsInARow + 1 : 1;
    if (before !== graph) this.#last = new WeakRef(graph);
    if (this.#keeper !== undefined && this.#keeper !== graph) {
      this.#keeper.release();
      this.#keeper = undefined;
    }
    if (before === undefined || this.#runsInARow >= settled) this.#keeper = graph;
    return this.#keeper === graph;
  }
}
