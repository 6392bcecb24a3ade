import type { Source } from "../record/source.ts";
import type { LoopMemory, Storage } from "../record/storage.ts";
import { adamWLoops, type AdamWLoops } from "./loops.ts";

/** Memory of one variable, its two moments and its gradient, side by side, which the loops update in place. */
export interface ParameterSlot {
  readonly loops: AdamWLoops;
  /** Addresses of parameters, first moments, second moments, gradients. */
  readonly addresses: readonly [number, number, number, number];
  /** Bytes of each, padded to 16. */
  readonly bytes: number;
  readonly parameters: Storage;
  readonly firstMoments: Storage;
  readonly secondMoments: Storage;
  readonly gradients: Storage;
  /** The source whose values are in `gradients`. */
  gradientOf: Source | undefined;
}

/** Slots by the memory of their parameters. */
const slots: WeakMap<Storage, ParameterSlot> = new WeakMap();

/** The slot whose parameters have this memory. */
export function slotAt(parameters: Storage | undefined): ParameterSlot | undefined {
  return parameters && slots.get(parameters);
}

const pageBytes = 65_536;
const maxBlock = 2 ** 30;
const alignment = 64;

/**
 * Allocates slots for variables of these sizes: in the sessions' own memory if they have one, else in as few
 * WebAssembly memories as possible. ONNX Runtime reads and writes this memory in place, so weights are never copied:
 * they are inputs of the graph, and gradients its outputs.
 */
export function makeSlots(sizes: readonly number[], own: LoopMemory | undefined): ParameterSlot[] {
  if (own !== undefined) return slotsIn(own, sizes);
  const made: ParameterSlot[] = [];
  for (let from = 0; from < sizes.length;) {
    let bytes = 0;
    let to = from;
    do bytes += 4 * padded(sizes[to++]!);
    while (to < sizes.length && bytes + 4 * padded(sizes[to]!) <= maxBlock);
    made.push(...blockOf(sizes.slice(from, to), bytes));
    from = to;
  }
  return made;
}

function slotsIn({ memory, region }: LoopMemory, sizes: readonly number[]): ParameterSlot[] {
  if (sizes.length === 0) return [];
  const loops = adamWLoops(memory, true);
  return sizes.map((size) => slotOf(loops, size, [region(size), region(size), region(size), region(size)]));
}

function blockOf(sizes: readonly number[], bytes: number): ParameterSlot[] {
  const pages = Math.ceil(bytes / pageBytes);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const loops = adamWLoops(memory);
  let at = 0;
  const region = (size: number): Storage => {
    const values = new Float32Array(memory.buffer, at, size);
    at += padded(size);
    return { values, exposed: false, resident: true };
  };
  return sizes.map((size) => slotOf(loops, size, [region(size), region(size), region(size), region(size)]));
}

function slotOf(
  loops: AdamWLoops,
  size: number,
  [parameters, firstMoments, secondMoments, gradients]: readonly [Storage, Storage, Storage, Storage],
): ParameterSlot {
  const addresses = [parameters, firstMoments, secondMoments, gradients].map(({ values }) => values.byteOffset);
  const slot: ParameterSlot = {
    loops,
    addresses: addresses as [number, number, number, number],
    bytes: Math.ceil(size / 4) * 16,
    parameters,
    firstMoments,
    secondMoments,
    gradients,
    gradientOf: undefined,
  };
  parameters.version = 0;
  slots.set(parameters, slot);
  return slot;
}

function padded(size: number): number {
  return Math.ceil((size * 4) / alignment) * alignment;
}
