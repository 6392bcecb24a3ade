import type { NumericType, TensorType, Values } from "./types.ts";

/** Materialised numbers of one source. */
export interface Storage {
  /** Throws where a GPU has the numbers: see `valuesAtHand`. */
  values: Values;
  /** True when code outside this package may see the array: it is then neither reused nor changed in place. */
  exposed: boolean;
  /** True in the optimizer's memory, where numbers change in place: readers outside get copies. */
  readonly resident?: boolean;
  /** Counts changes in place; absent where there are none, and where they are not counted. */
  version?: number;
  /** Its place in the memory of a session that has its own, which is freed when no tensor has it: readers outside get copies. */
  address?: number;
  /** True while something besides tensors has it, such as a compiled function: it is not used again. */
  kept?: boolean;
  /** True where a GPU has the numbers, or will have them. */
  readonly remote?: boolean;
  /** Of remote numbers, a copy in main memory where there is one. */
  readonly copy?: Values | undefined;
  /** Why remote numbers could not be computed. */
  failure?: Error | undefined;
}

/** The numbers to look at, where they are in main memory; undefined of those that only a GPU has. */
export function valuesAtHand(storage: Storage | undefined): Values | undefined {
  return storage?.remote === true ? storage.copy : storage?.values;
}

/** Where the numbers of tensors live. */
export interface TensorMemory {
  /** Memory for one tensor; what it contains is arbitrary. */
  take(type: TensorType): Storage;
  /** Returns memory that nothing refers to any more. */
  give(storage: Storage): void;
  clear(): void;
  /** Moves numbers that came from outside into it, so that no run copies them again; absent where any memory does. */
  adopt?(storage: Storage): void;
  /** A storage of numbers that come from outside, where that is not just any. */
  hold?(values: Values): Storage;
  /** What works on numbers that a GPU has. */
  readonly remote?: RemoteMemory;
  /** For the optimizer, where sessions have a WebAssembly memory of their own. */
  readonly loops?: LoopMemory;
}

/** Work on numbers that a GPU has, in the order in which it is asked for. */
export interface RemoteMemory {
  /** @throws (as a rejection) what failed in computing them, or the reason why the device was lost */
  read(storage: Storage, type: TensorType): Promise<Values>;
  copyOf(storage: Storage, type: TensorType): Storage;
  /** See `fillMask`. */
  dropoutMask(type: TensorType, threshold: number, seed: number): Storage;
  /** Changes parameters and moments in place; leaves them where a gradient could not be computed. */
  adamW(parameters: readonly RemoteParameter[], numbers: RemoteAdamW): void;
}

export interface RemoteParameter {
  readonly size: number;
  readonly values: Storage;
  readonly firstMoments: Storage;
  readonly secondMoments: Storage;
  readonly gradient: Storage;
  readonly weightDecay: number;
}

export interface RemoteAdamW {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly clipNorm: number;
  /** The learning rate divided by the correction of the first moment, and 1 / √ of the second's. */
  readonly rate: number;
  readonly rootScale: number;
}

/** A memory that threads share, for loops in WebAssembly that change numbers in place. */
export interface LoopMemory {
  readonly memory: WebAssembly.Memory;
  /** So many floats, and up to three more that fill 16 bytes; all zero. */
  readonly region: (size: number) => Storage;
}

const keptBytes = 256 * 1024 * 1024;
const smallest = 4096;

/**
 * Keeps the memory of freed tensors for the next of the same length: fresh pages cost more than most kernels. When it
 * is full the lengths that were freed longest ago go.
 */
export class StoragePool implements TensorMemory {
  /** By length in bytes; insertion order is the order of the last return. */
  readonly #free: Map<number, ArrayBuffer[]> = new Map();
  #bytes = 0;

  /** Memory for one tensor; what it contains is arbitrary. */
  take(type: TensorType): Storage {
    const buffer = type.bytes < smallest ? undefined : this.#free.get(type.bytes)?.pop();
    if (buffer === undefined) return { values: allocate(type.dtype, type.size), exposed: false };
    this.#bytes -= type.bytes;
    return { values: view(type.dtype, buffer), exposed: false };
  }

  /** Returns memory that nothing refers to any more. */
  give(storage: Storage): void {
    const { buffer, byteLength } = storage.values;
    if (storage.exposed || storage.kept === true || storage.resident === true) return;
    if (byteLength < smallest || byteLength > keptBytes) return;
    if (byteLength !== buffer.byteLength || !(buffer instanceof ArrayBuffer)) return;
    const list = this.#free.get(byteLength) ?? [];
    list.push(buffer);
    this.#free.delete(byteLength);
    this.#free.set(byteLength, list);
    this.#bytes += byteLength;
    while (this.#bytes > keptBytes) this.#dropOldest();
  }

  #dropOldest(): void {
    const [byteLength, list] = this.#free.entries().next().value!;
    list.pop();
    if (list.length === 0) this.#free.delete(byteLength);
    this.#bytes -= byteLength;
  }

  clear(): void {
    this.#free.clear();
    this.#bytes = 0;
  }
}

export function allocate(dtype: NumericType, size: number): Values {
  return dtype === "float32" ? new Float32Array(size) : dtype === "int32" ? new Int32Array(size) : new Uint8Array(size);
}

function view(dtype: NumericType, buffer: ArrayBuffer): Values {
  return dtype === "float32"
    ? new Float32Array(buffer)
    : dtype === "int32"
      ? new Int32Array(buffer)
      : new Uint8Array(buffer);
}
