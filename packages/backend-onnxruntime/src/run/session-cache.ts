import type { CompiledGraph } from "./compiled-graph.ts";
import type { Plan } from "../record/plan.ts";

/** Compiled graphs by structure, in limited number: the least recently used is dropped, and its native memory freed. */
export class SessionCache {
  readonly #limit: number;
  readonly #byteLimit: number;
  /** In order of use, least recent first. */
  readonly #graphs: Map<number, CompiledGraph[]> = new Map();
  size = 0;

  constructor(limit: number, byteLimit: number) {
    this.#limit = limit;
    this.#byteLimit = byteLimit;
  }

  /** The graph with the plan's structure and its model's constants, else one without constants. */
  find(plan: Plan): CompiledGraph | undefined {
    const bucket = this.#graphs.get(plan.hash);
    const same = bucket?.filter((graph) => sameKey(graph.key, plan.key) && graph.reads(plan.inputs)) ?? [];
    const found =
      same.find((graph) => graph.model === graph.modelOf(plan)) ?? same.find(({ model }) => model === undefined);
    if (bucket === undefined || found === undefined) return undefined;
    this.#graphs.delete(plan.hash);
    this.#graphs.set(plan.hash, bucket);
    return found;
  }

  /** Bytes of weights that graphs keep as constants. */
  get constantBytes(): number {
    return this.#sum((graph) => graph.constantBytes);
  }

  /** Adds the graph, and drops least recently used others while there are too many or they are too large. */
  add(plan: Plan, graph: CompiledGraph): void {
    const bucket = this.#graphs.get(plan.hash);
    if (bucket === undefined) this.#graphs.set(plan.hash, [graph]);
    else bucket.push(graph);
    this.size++;
    for (const signature of graph.signatures) signature.graphs++;
    while (this.size > 1 && (this.size > this.#limit || this.#sum(({ bytes }) => bytes) > this.#byteLimit))
      this.#dropOldest();
  }

  endProfiling(): void {
    for (const bucket of this.#graphs.values()) for (const graph of bucket) graph.endProfiling();
  }

  clear(): void {
    while (this.size > 0) this.#dropOldest();
  }

  #sum(of: (graph: CompiledGraph) => number): number {
    let sum = 0;
    for (const bucket of this.#graphs.values()) for (const graph of bucket) sum += of(graph);
    return sum;
  }

  #dropOldest(): void {
    const [hash, bucket] = this.#graphs.entries().next().value!;
    const oldest = bucket.shift()!;
    oldest.release();
    for (const signature of oldest.signatures) signature.graphs--;
    if (bucket.length === 0) this.#graphs.delete(hash);
    this.size--;
  }
}

function sameKey(a: Int32Array, b: Int32Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
