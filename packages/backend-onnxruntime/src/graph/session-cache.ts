import type { CompiledGraph } from "./compile.ts";
import type { Plan } from "./plan.ts";

/** Compiled graphs by structure. Bounded: the least recently used goes, and its native memory with it. */
export class SessionCache {
  readonly #limit: number;
  /** Insertion order is the order of use. */
  readonly #graphs: Map<number, CompiledGraph[]> = new Map();
  size = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  find(plan: Plan): CompiledGraph | undefined {
    const bucket = this.#graphs.get(plan.hash);
    const found = bucket?.find((graph) => sameKey(graph.key, plan.key));
    if (bucket === undefined || found === undefined) return undefined;
    this.#graphs.delete(plan.hash);
    this.#graphs.set(plan.hash, bucket);
    return found;
  }

  add(plan: Plan, graph: CompiledGraph): void {
    const bucket = this.#graphs.get(plan.hash);
    if (bucket === undefined) this.#graphs.set(plan.hash, [graph]);
    else bucket.push(graph);
    this.size++;
    while (this.size > this.#limit) {
      const [hash, oldest] = this.#graphs.entries().next().value!;
      oldest.shift()!.session.dispose();
      if (oldest.length === 0) this.#graphs.delete(hash);
      this.size--;
    }
  }

  endProfiling(): void {
    for (const bucket of this.#graphs.values()) for (const graph of bucket) graph.session.endProfiling();
  }

  clear(): void {
    for (const bucket of this.#graphs.values()) for (const graph of bucket) graph.session.dispose();
    this.#graphs.clear();
    this.size = 0;
  }
}

function sameKey(a: Int32Array, b: Int32Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
