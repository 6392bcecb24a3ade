import { Arenas } from "./arenas.ts";
import { CompiledGraph } from "./compiled-graph.ts";
import type { SessionOptions } from "../native-session.ts";
import type { Source } from "./data.ts";
import { plan, type Plan } from "./plan.ts";
import { Recorder } from "./recorder.ts";
import { SessionCache } from "./session-cache.ts";
import { StoragePool, type Storage } from "./storage.ts";

export interface ExecutorOptions extends SessionOptions {
  /** Compiled graphs kept. */
  cachedGraphs: number;
  /** Bytes that compiled graphs may keep for intermediate results, all together and about. */
  cachedBytes: number;
  /** Bytes of weights that compiled graphs may keep as constants, all together. */
  constantBytes: number;
  /** Recorded kernels that start a run by themselves. */
  maxPendingNodes: number;
  /** Bytes of freed tensors, kept only because a recorded kernel reads them, that start a run by themselves. */
  maxRetiredBytes: number;
}

export interface Stats {
  /** Runs of a graph. */
  runs: number;
  /** Kernels in those graphs. */
  nodes: number;
  /** Structures compiled. */
  compiles: number;
  hits: number;
  /** Times that a graph was compiled again with steady weights as constants, and without them when they changed. */
  packed: number;
  unpacked: number;
  /** Times that a large graph was compiled again to keep the memory of its intermediate results, or to keep it no more. */
  rearranged: number;
  compileMilliseconds: number;
  runMilliseconds: number;
  /** Planning, hashing and handing memory over: everything of a flush but compiling and running. */
  overheadMilliseconds: number;
  /** Kernels that ran in JavaScript because ONNX Runtime has no operator for them. */
  fallbacks: Record<string, number>;
  cachedGraphs: number;
}

/** In one model: protobuf ends at 2 GiB. */
const largestConstants = 1.75 * 2 ** 30;

/** Runs what was recorded: plans, compiles or finds the graph, gives it memory, and hands the results out. */
export class Executor {
  readonly recorder: Recorder = new Recorder();
  readonly pool: StoragePool = new StoragePool();
  readonly stats: Stats = newStats();
  readonly #options: ExecutorOptions;
  readonly #cache: SessionCache;
  #retired: Storage[] = [];
  #retiredBytes = 0;
  readonly #arenas: Arenas = new Arenas();

  constructor(options: ExecutorOptions) {
    this.#options = options;
    this.#cache = new SessionCache(options.cachedGraphs, options.cachedBytes);
  }

  /** The source's memory, after running what is pending where it has none yet. */
  storageOf(source: Source): Storage {
    if (source.storage === undefined) this.flush();
    if (source.storage === undefined)
      throw new Error(
        "backend-onnxruntime: a tensor has no numbers, got a failed or foreign graph. Make the tensor again.",
      );
    return source.storage;
  }

  /** No tensor has it any more: frees the memory, at once or after the kernels that still read it. */
  release(source: Source): void {
    source.held = false;
    if (source.storage === undefined) return;
    if (this.recorder.pending.length === 0) {
      this.pool.give(source.storage);
      source.storage = undefined;
      return;
    }
    this.#retired.push(source.storage);
    this.#retiredBytes += source.storage.values.byteLength;
  }

  /** Runs by itself where too much waits. */
  limit(): void {
    if (
      this.recorder.pending.length > this.#options.maxPendingNodes ||
      this.#retiredBytes > this.#options.maxRetiredBytes
    )
      this.flush();
  }

  flush(): void {
    if (this.recorder.pending.length === 0) return;
    const start = performance.now();
    const planned = plan(this.recorder.pending);
    this.recorder.pending = [];
    try {
      this.execute(planned, start);
    } finally {
      this.#giveRetired();
    }
  }

  /** Takes what waits without running it. `keep` is told of what it reads from memory before any of that is used again. */
  capture(keep: (source: Source) => void): Plan {
    const planned = plan(this.recorder.pending);
    this.recorder.pending = [];
    planned.inputs.forEach(keep);
    this.#giveRetired();
    return planned;
  }

  /** Runs a plan: its inputs have memory, its outputs get some. */
  execute(planned: Plan, start: number = performance.now()): void {
    const { stats } = this;
    if (planned.nodes.length === 0) return;
    const known = this.#cache.find(planned);
    const graph = known ?? new CompiledGraph(planned, this.#options);
    const room = Math.min(largestConstants, this.#options.constantBytes - this.#cache.constantBytes);
    const preparing = performance.now();
    const prepared = graph.prepare(planned, room, this.#arenas.allow(graph));
    const compiling = prepared === undefined ? 0 : performance.now() - preparing;
    if (prepared === "compiled") stats.compiles++;
    else if (prepared !== undefined) stats[prepared]++;
    if (known === undefined) this.#cache.add(planned, graph);
    else stats.hits++;
    stats.compileMilliseconds += compiling;
    const running = this.#run(graph, planned.inputs, planned.outputs);
    stats.runs++;
    stats.nodes += graph.nodes;
    stats.runMilliseconds += running;
    stats.cachedGraphs = this.#cache.size;
    stats.overheadMilliseconds += performance.now() - start - compiling - running;
  }

  #giveRetired(): void {
    for (const storage of this.#retired) this.pool.give(storage);
    this.#retired = [];
    this.#retiredBytes = 0;
  }

  endProfiling(): void {
    this.#cache.endProfiling();
  }

  dispose(): void {
    this.recorder.pending = [];
    this.#cache.clear();
    this.pool.clear();
    this.stats.cachedGraphs = 0;
  }

  #run(graph: CompiledGraph, inputs: readonly Source[], outputs: readonly Source[]): number {
    const storages = outputs.map((source) => source.destination ?? this.pool.take(source.type));
    const start = performance.now();
    graph.run(inputs, storages);
    const milliseconds = performance.now() - start;
    for (let i = 0; i < outputs.length; i++) {
      outputs[i]!.storage = storages[i];
      outputs[i]!.node = undefined;
    }
    return milliseconds;
  }
}

function newStats(): Stats {
  return {
    runs: 0,
    nodes: 0,
    compiles: 0,
    hits: 0,
    packed: 0,
    unpacked: 0,
    rearranged: 0,
    compileMilliseconds: 0,
    runMilliseconds: 0,
    overheadMilliseconds: 0,
    fallbacks: {},
    cachedGraphs: 0,
  };
}
