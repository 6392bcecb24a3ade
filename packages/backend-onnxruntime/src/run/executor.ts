import { Arenas } from "./arenas.ts";
import { CompiledGraph } from "./compiled-graph.ts";
import type { Source, RecordedNode } from "../record/source.ts";
import { describeFailure } from "./describe-failure.ts";
import { plan, type Plan } from "../record/plan.ts";
import { Recorder } from "../record/recorder.ts";
import type { Session, Sessions } from "./session.ts";
import { SessionCache } from "./session-cache.ts";
import { StoragePool, type Storage, type TensorMemory } from "../record/storage.ts";

export interface ExecutorOptions {
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

/** Of a failed graph with more results than this none is computed by itself: each would be compiled anew. */
const mostSalvaged = 64;

/** Runs what was recorded: plans, compiles or finds the graph, gives it memory, and hands the results out. */
export class Executor {
  readonly recorder: Recorder = new Recorder();
  readonly pool: TensorMemory;
  readonly stats: Stats = newStats();
  readonly #options: ExecutorOptions;
  readonly #sessions: Sessions;
  readonly #cache: SessionCache;
  /** Disposed while kernels still read them. */
  #retired: Source[] = [];
  #retiredBytes = 0;
  readonly #arenas: Arenas;
  readonly #opened: Set<Session> = new Set();

  constructor(options: ExecutorOptions, sessions: Sessions) {
    this.#options = options;
    this.#sessions = sessions;
    this.pool = sessions.memory ?? new StoragePool();
    this.#cache = new SessionCache(options.cachedGraphs, options.cachedBytes);
    this.#arenas = new Arenas(options.cachedBytes);
  }

  /** Another one like it, which shares nothing with it. */
  sibling(): Executor {
    return new Executor(this.#options, this.#sessions);
  }

  /** The source's memory, after running what is pending where it has none yet. */
  storageOf(source: Source): Storage {
    if (source.storage === undefined) this.flush();
    if (source.failure !== undefined) throw source.failure;
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
    this.#retired.push(source);
    this.#retiredBytes += source.type.bytes;
  }

  /** Runs by itself where too much waits. */
  limit(): void {
    if (
      this.recorder.pending.length > this.#options.maxPendingNodes ||
      this.#retiredBytes > this.#options.maxRetiredBytes
    )
      this.flush();
  }

  /**
   * Runs what was recorded.
   * @param strict throws what fails at once; by default it is thrown where a failed tensor is read
   */
  flush(strict = false): void {
    if (this.recorder.pending.length === 0) return;
    const start = performance.now();
    const pending = this.recorder.take();
    try {
      this.execute(plan(pending), start);
    } catch (error) {
      this.#salvage(pending, error as Error);
      if (strict) throw error;
    } finally {
      this.#giveRetired();
      this.recorder.finish(pending);
    }
  }

  /** Takes what waits without running it. `keep` is told of what it reads from memory before any of that is used again. */
  capture(keep: (source: Source) => void): Plan {
    const pending = this.recorder.take();
    const planned = plan(pending);
    planned.inputs.forEach(keep);
    this.#giveRetired();
    this.recorder.finish(pending);
    return planned;
  }

  /**
   * Runs a plan: its inputs have memory, its outputs get some.
   * @throws an error that names the kernel that failed, and its shapes
   */
  execute(planned: Plan, start: number = performance.now()): void {
    const { stats } = this;
    if (planned.nodes.length === 0) return;
    for (const { storage, failure } of planned.inputs)
      if (storage === undefined && failure !== undefined) throw failure;
    const before = stats.compileMilliseconds + stats.runMilliseconds;
    try {
      const graph = this.#preparedGraph(planned);
      stats.runMilliseconds += this.#run(graph, planned);
      stats.runs++;
      stats.nodes += graph.nodes;
    } catch (error) {
      throw describeFailure(planned.nodes, error);
    }
    stats.cachedGraphs = this.#cache.size;
    stats.overheadMilliseconds +=
      performance.now() - start - (stats.compileMilliseconds + stats.runMilliseconds - before);
  }

  #preparedGraph(planned: Plan): CompiledGraph {
    const { stats } = this;
    const known = this.#cache.find(planned);
    const graph = known ?? new CompiledGraph(planned, this.#sessions);
    const room = Math.min(largestConstants, this.#options.constantBytes - this.#cache.constantBytes);
    const start = performance.now();
    const prepared = graph.prepare(planned, room, this.#arenas.allow(graph));
    if (prepared !== undefined) stats.compileMilliseconds += performance.now() - start;
    if (prepared === "compiled") stats.compiles++;
    else if (prepared !== undefined) stats[prepared]++;
    if (known === undefined) this.#cache.add(planned, graph);
    else stats.hits++;
    return graph;
  }

  /** After a failed run computes one by one what it can; the rest keeps the error until it is read. */
  #salvage(pending: readonly RecordedNode[], error: Error): void {
    const wanted = plan(pending).outputs;
    for (const source of wanted) {
      source.failure = error;
      if (wanted.length === 1 || wanted.length > mostSalvaged) continue;
      try {
        this.execute(plan(pending, source));
        source.failure = undefined;
      } catch (failure) {
        source.failure = failure as Error;
      }
    }
  }

  #giveRetired(): void {
    for (const source of this.#retired) {
      if (source.held) continue; // borrowed after it was disposed
      if (source.storage !== undefined) this.pool.give(source.storage);
      source.storage = undefined;
    }
    this.#retired = [];
    this.#retiredBytes = 0;
  }

  /** A session of a model that is no plan's, which ends with this executor at the latest. */
  open(model: Uint8Array): Session {
    const session = this.#sessions.open(model, true);
    this.#opened.add(session);
    return session;
  }

  close(session: Session): void {
    if (this.#opened.delete(session)) session.dispose();
  }

  endProfiling(): void {
    this.#cache.endProfiling();
    for (const session of this.#opened) session.endProfiling();
  }

  dispose(): void {
    this.recorder.pending = [];
    this.#cache.clear();
    for (const session of this.#opened) this.close(session);
    this.pool.clear();
    this.stats.cachedGraphs = 0;
  }

  #run(graph: CompiledGraph, { nodes, inputs, outputs }: Plan): number {
    const storages = outputs.map((source) => source.destination ?? this.pool.take(source.type));
    for (const { storage } of inputs) this.pool.adopt?.(storage!);
    const start = performance.now();
    const running = graph.run(inputs, storages);
    // What the promise is rejected with is thrown where a result is read.
    const given = running && inputs.map(({ storage }) => storage!);
    running?.catch((error: unknown) => {
      const failure = given!.find((storage) => storage.failure)?.failure ?? describeFailure(nodes, error);
      for (const storage of storages) storage.failure = failure;
    });
    const milliseconds = performance.now() - start;
    for (let i = 0; i < outputs.length; i++) outputs[i]!.storage = storages[i];
    return milliseconds;
  }
}

export function newStats(): Stats {
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
