import type { OnnxRuntimeBackend } from "../backend.ts";
import type { Source, RecordedNode } from "../record/source.ts";
import { describeFailure, nodeName } from "../run/describe-failure.ts";
import { rowSumOf, type RowSum } from "../kernels/scatter.ts";
import type { ParameterSlot } from "./parameter-block.ts";

/**
 * Gradients that are sums of rows, and that no other kernel of the graph reads. The graph only computes the rows; they
 * are added in the optimizer's memory, in the order of ScatterElements and so with the same bits, but faster
 * (decisions/0012).
 */
export class RowSumGradients {
  readonly #backend: OnnxRuntimeBackend;
  readonly #reads: ReadonlyMap<Source, number>;
  /** For each gradient, the sums that it consists of, in order. */
  readonly #chains: Map<Source, readonly RowSum[]> = new Map();
  /** Sources that no tensor has, marked as held during the run so that it outputs them. */
  readonly #heldForRun: Set<Source> = new Set();

  constructor(backend: OnnxRuntimeBackend, gradients: readonly Source[]) {
    this.#backend = backend;
    const any = gradients.some((gradient) => rowSumOf(gradient) !== undefined);
    this.#reads = any ? readsIn(backend.executor.recorder.pending) : new Map();
    for (const gradient of gradients) {
      const sums = this.#chainOf(gradient);
      if (sums.length > 0) this.#chains.set(gradient, sums);
    }
    for (const [gradient, sums] of this.#chains) {
      gradient.held = false;
      for (const source of partsOf(sums)) {
        if (source.held) continue;
        source.held = true;
        this.#heldForRun.add(source);
      }
    }
  }

  /**
   * The part of a gradient that the graph may write into its slot: all of it, or the dense part that rows are added to,
   * if nothing else needs that part.
   */
  fromGraph(gradient: Source): Source | undefined {
    const sums = this.#chains.get(gradient);
    if (sums === undefined) return gradient;
    const { onto } = sums[0]!;
    return onto !== undefined && this.#heldForRun.has(onto) && this.#reads.get(onto) === 1 ? onto : undefined;
  }

  /** Adds up the gradients in their slots, after the run. An error is thrown when the gradient is read. */
  add(gradients: readonly Source[], slots: readonly ParameterSlot[]): void {
    const { executor } = this.#backend;
    for (const gradient of this.#chains.keys()) gradient.held = true;
    const summed = [...this.#chains].flatMap(([gradient, sums]) => {
      gradient.failure = partsOf(sums).find(({ failure }) => failure !== undefined)?.failure;
      const home = slots[gradients.indexOf(gradient)]!.gradients;
      return gradient.failure === undefined ? [{ gradient, sums, home }] : [];
    });
    // A gradient may start from another gradient's dense part, so all are initialized before any rows are added.
    for (const { sums, home } of summed) {
      const { onto } = sums[0]!;
      const start = onto && executor.storageOf(onto);
      if (start === undefined) home.values.fill(0);
      else if (start !== home) home.values.set(start.values);
    }
    for (const { gradient, sums, home } of summed) {
      for (const { node, ids, rows } of sums) {
        const [places, from] = [ids, rows].map((source) => executor.storageOf(source).values);
        const beyond = addRows(home.values as Float32Array, from as Float32Array, places as Int32Array);
        if (beyond !== undefined) gradient.failure ??= describeFailure([node], `${nodeName(0)}: ${beyond}`);
      }
      if (gradient.failure !== undefined) continue;
      gradient.storage = home;
      gradient.node = undefined;
    }
    for (const source of this.#heldForRun) executor.release(source);
  }

  #chainOf(gradient: Source): readonly RowSum[] {
    const sums: RowSum[] = [];
    for (let at: Source | undefined = gradient; at !== undefined; at = sums[0]!.onto) {
      const sum = rowSumOf(at);
      const free = at === gradient ? !this.#reads.has(at) : this.#reads.get(at) === 1 && !at.held;
      if (sum === undefined || sum.depth > 1 || !free) break;
      sums.unshift(sum);
    }
    return sums;
  }
}

function partsOf(sums: readonly RowSum[]): readonly Source[] {
  const { onto } = sums[0]!;
  return [...(onto === undefined ? [] : [onto]), ...sums.flatMap(({ ids, rows }) => [ids, rows])];
}

/** How often kernels read each source. */
function readsIn(nodes: readonly RecordedNode[]): ReadonlyMap<Source, number> {
  const reads = new Map<Source, number>();
  for (const { inputs } of nodes) for (const source of inputs) reads.set(source, (reads.get(source) ?? 0) + 1);
  return reads;
}

/** As ScatterElements does, row after row. Returns its error message for an id out of range; none is negative. */
function addRows(table: Float32Array, rows: Float32Array, ids: Int32Array): string | undefined {
  const width = rows.length / ids.length;
  const count = table.length / width;
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]!;
    if (id < 0 || id >= count)
      return `indices element out of data bounds, idx=${id} must be within the inclusive range [${-count},${count - 1}]`;
    addRow(table, id * width, rows, i * width, width);
  }
  return undefined;
}

/** Four numbers at a time takes three quarters of the time of one by one. */
function addRow(to: Float32Array, toStart: number, from: Float32Array, fromStart: number, width: number): void {
  let k = 0;
  for (; k + 3 < width; k += 4) {
    const i = toStart + k;
    const j = fromStart + k;
    to[i]! += from[j]!;
    to[i + 1]! += from[j + 1]!;
    to[i + 2]! += from[j + 2]!;
    to[i + 3]! += from[j + 3]!;
  }
  for (; k < width; k++) to[toStart + k]! += from[fromStart + k]!;
}
