import { Arenas } from "./arenas.ts";
import { CompiledGraph } from "./compiled-graph.ts";
import type { Source } from "../record/source.ts";
import { describeFailure } from "./describe-failure.ts";
import { plan, type Plan } from "../record/plan.ts";
import { Recorder } from "../record/recorder.ts";
import type { ExternalConstant, Session, Sessions } from "./session.ts";
import { SessionCache } from "./session-cache.ts";
import { salvage } from "./salvage.ts";
import { newStats, type RunningStats } from "./stats.ts";
import { StoragePool, type Storage, type TensorMemory } from "../record/storage.ts";

export interface ExecutorOptions {
  /** Maximum number of compiled graphs. */
  readonly cachedGraphs: number;
  /** Approximate maximum bytes that all compiled graphs together keep for intermediate results. */
  cachedBytes: number;
  /** Maximum bytes of weights that all compiled graphs together keep as constants. */
  constantBytes: number;
  /** Number of recorded kernels that starts a run. */
  maxPendingNodes: number;
  /** Bytes of disposed tensors, held only for pending kernels, that start a run. */
  maxRetiredBytes: number;
}

/** Maximum in one model: a protobuf has at most 2 GiB. */
const maxConstants = 1.75 * 2 ** 30;

/** Runs recorded kernels: plans, compiles or finds the graph, allocates memory, and stores the results. */
export class Executor {
  readonly recorder: Recorder = new Recorder();
  readonly pool: TensorMemory;
  readonly stats: RunningStats = newStats();
  readonly #options: ExecutorOptions;
  readonly #sessions: Sessions;
  readonly #cache: SessionCache;
  /** Disposed sources that pending kernels still read. */
  #retired: Source[] = [];
  #retiredBytes = 0;
  readonly #arenas: Arenas;
  readonly #opened: Set<Session> = new Set();
  #disposed = false;

  constructor(options: ExecutorOptions, sessions: Sessions) {
    this.#options = options;
    this.#sessions = sessions;
    this.pool = sessions.memory ?? new StoragePool();
    this.#cache = new SessionCache(options.cachedGraphs, options.cachedBytes);
    this.#arenas = new Arenas(options.cachedBytes);
  }

  /** Whether graphs run on ONNX Runtime's WebGPU. */
  get onWebgpu(): boolean {
    return this.#sessions.onWebgpu === true;
  }

  /** Whether kernels must be right for other lengths too, as in a trace: here each graph has its own shapes. */
  readonly anyLength: boolean = false;

  /** Whether sessions take constants beside the model, and large inputs without a copy. */
  get readsMemory(): boolean {
    return this.#sessions.readsMemory === true;
  }

  /** Another executor with the same options, which shares nothing with this one. */
  sibling(): Executor {
    return new Executor(this.#options, this.#sessions);
  }

  /** The source's memory; runs pending kernels first if it has none. */
  storageOf(source: Source): Storage {
    if (source.storage === undefined) this.flush();
    if (source.failure !== undefined) throw source.failure;
    if (source.storage === undefined)
      throw new Error(
        "backend-onnxruntime: a tensor has no values, because its graph failed or belongs to another backend. Create the tensor again.",
      );
    return source.storage;
  }

  /** Called when no tensor has the source any more: frees the memory, now or after the kernels that still read it. */
  release(source: Source): void {
    source.held = false;
    if (source.storage === undefined) return;
    if (this.recorder.pending.length === 0) {
      this.pool.give(source.storage);
      source.storage = undefined;
      if (this.#disposed) this.pool.clear(); // it has no later tensors
      return;
    }
    this.#retired.push(source);
    this.#retiredBytes += source.type.bytes;
  }

  /** Starts a run if too much is pending. */
  limit(): void {
    if (
      this.recorder.pending.length > this.#options.maxPendingNodes ||
      this.#retiredBytes > this.#options.maxRetiredBytes
    )
      this.flush();
  }

  /**
   * Runs the pending kernels.
   * @param strict throws errors immediately; by default they are thrown when a failed tensor is read
   */
  flush(strict = false): void {
    if (this.recorder.pending.length === 0) return;
    const start = performance.now();
    const pending = this.recorder.take();
    try {
      this.execute(plan(pending), start);
    } catch (error) {
      salvage(pending, error as Error, (planned) => this.execute(planned));
      if (strict) throw error;
    } finally {
      this.#giveRetired();
      this.recorder.finish(pending);
    }
  }

  /**
   * Removes the pending kernels without running them. `keep` is called with the sources that they read from memory
   * before any of it is reused.
   */
  capture(keep: (source: Source) => void): Plan {
    const pending = this.recorder.take();
    const planned = plan(pending);
    planned.inputs.forEach(keep);
    this.#giveRetired();
    this.recorder.finish(pending);
    return planned;
  }

  /**
   * Runs a plan whose inputs have memory; allocates memory for its outputs.
   * @throws an error that names the failed kernel and its shapes
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
    const space = Math.min(maxConstants, this.#options.constantBytes - this.#cache.constantBytes);
    const start = performance.now();
    const prepared = graph.prepare(planned, space, this.#arenas.allow(graph));
    if (prepared !== undefined) stats.compileMilliseconds += performance.now() - start;
    if (prepared === "compiled") stats.compiles++;
    else if (prepared !== undefined) stats[prepared]++;
    if (known === undefined) this.#cache.add(planned, graph);
    else stats.hits++;
    return graph;
  }

  #giveRetired(): void {
    for (const source of this.#retired) {
      if (source.held) continue; // kept alive after it was disposed
      if (source.storage !== undefined) this.pool.give(source.storage);
      source.storage = undefined;
    }
    this.#retired = [];
    this.#retiredBytes = 0;
  }

  /** A session for a model that is not a plan's; it is disposed with this executor at the latest. */
  open(model: Uint8Array, external: readonly ExternalConstant[] = []): Session {
    const session = this.#sessions.open(model, true, external);
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

  /** Runs the pending kernels first: tensors keep their values when another backend replaces this one. */
  dispose(): void {
    this.flush();
    this.#disposed = true;
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
    // If the promise is rejected, the error is thrown when a result is read.
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
