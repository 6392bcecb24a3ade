import { freeBuffer } from "./free-buffer.ts";
import type { NumericType, TensorType, Values } from "./types.ts";

/** Computed values of one source. */
export interface Storage {
  /** Throws if only a GPU has the values: see `computedValues`. */
  values: Values;
  /** True if code outside this package may have the array: then it is neither reused nor changed in place. */
  exposed: boolean;
  /** True in the optimizer's memory, where values change in place: outside readers get copies. */
  readonly resident?: boolean;
  /** Counts changes in place; undefined if there are none or they are not counted. */
  version?: number;
  /**
   * Its address in the sessions' own memory, if they have one, which is freed when no tensor has it: outside readers
   * get copies.
   */
  address?: number;
  /** True while something other than a tensor has it, such as a compiled function: then it is not reused. */
  kept?: boolean;
  /** True if the values are in a GPU's memory, or will be. */
  readonly remote?: boolean;
  /** A copy of remote values in main memory; undefined if there is none. */
  readonly copy?: Values | undefined;
  /** True if a GPU has the values in float16, half of the bytes. */
  readonly inFloat16?: boolean;
  /** Why remote values could not be computed. */
  failure?: Error | undefined;
}

/** The values if they are in main memory; undefined if only a GPU has them. */
export function computedValues(storage: Storage | undefined): Values | undefined {
  return storage?.remote === true ? storage.copy : storage?.values;
}

/** Allocates memory for the values of tensors. */
export interface TensorMemory {
  /** Memory for one tensor, not initialized. */
  take(type: TensorType): Storage;
  /** Frees memory that no tensor uses any more. */
  give(storage: Storage): void;
  /** Frees memory that no tensor uses any more, and keeps none of it for later; undefined if `give` does. */
  free?(storage: Storage): void;
  clear(): void;
  /**
   * Moves the caller's values into this memory, so that no run copies them again; undefined if sessions can use any memory.
   */
  adopt?(storage: Storage): void;
  /** Creates a storage for the caller's values; undefined if sessions can use any memory. */
  hold?(values: Values): Storage;
  /**
   * Stores a weight in float16 from now on, if its values are only in main memory and in the range of float16;
   * undefined if this memory has only float32.
   */
  toFloat16?(storage: Storage): void;
  /** Operations on values in a GPU's memory; undefined for other memory. */
  readonly remote?: RemoteMemory;
  /** For the optimizer, if sessions have their own WebAssembly memory. */
  readonly loops?: LoopMemory;
}

/** Operations on values in a GPU's memory, which run in the order of the calls. */
export interface RemoteMemory {
  /** Whether the GPU, and so all values, are lost. */
  readonly lost: boolean;
  /** Rejects with the error of computing the values, or the reason why the device was lost. */
  read(storage: Storage, type: TensorType): Promise<Values>;
  copyOf(storage: Storage, type: TensorType): Storage;
  /** See `fillMask`. */
  dropoutMask(type: TensorType, threshold: number, seed: number): Storage;
  /** Updates parameters and moments in place; changes nothing if a gradient could not be computed. */
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

/** Shared memory for WebAssembly loops that change values in place. */
export interface LoopMemory {
  readonly memory: WebAssembly.Memory;
  /** This many floats, rounded up to 16 bytes; all zero. */
  readonly region: (size: number) => Storage;
}

const keptBytes = 256 * 1024 * 1024;
const smallest = 4096;

/**
 * Keeps the memory of freed tensors for new ones of the same length: new pages cost more than most kernels. When full,
 * it drops the lengths that were freed the longest ago.
 */
export class StoragePool implements TensorMemory {
  /** By length in bytes, in order of the last free. */
  readonly #free: Map<number, ArrayBuffer[]> = new Map();
  #bytes = 0;

  /** Memory for one tensor, not initialized. */
  take(type: TensorType): Storage {
    const buffer = type.bytes < smallest ? undefined : this.#free.get(type.bytes)?.pop();
    if (buffer === undefined) return { values: allocate(type.dtype, type.size), exposed: false };
    this.#bytes -= type.bytes;
    return { values: view(type.dtype, buffer), exposed: false };
  }

  /** Frees memory that no tensor uses any more. */
  give(storage: Storage): void {
    const buffer = ownBuffer(storage);
    if (buffer === undefined) return;
    const { byteLength } = buffer;
    if (byteLength > keptBytes) {
      freeBuffer(buffer);
      return;
    }
    const list = this.#free.get(byteLength) ?? [];
    list.push(buffer);
    this.#free.delete(byteLength);
    this.#free.set(byteLength, list);
    this.#bytes += byteLength;
    while (this.#bytes > keptBytes) this.#dropOldest();
  }

  free(storage: Storage): void {
    const buffer = ownBuffer(storage);
    if (buffer !== undefined) freeBuffer(buffer);
  }

  #dropOldest(): void {
    const [byteLength, list] = this.#free.entries().next().value!;
    freeBuffer(list.pop()!);
    if (list.length === 0) this.#free.delete(byteLength);
    this.#bytes -= byteLength;
  }

  clear(): void {
    for (const buffer of [...this.#free.values()].flat()) freeBuffer(buffer);
    this.#free.clear();
    this.#bytes = 0;
  }
}

/** The storage's buffer if it is large enough to keep or free by hand, and nothing else can have it. */
function ownBuffer({ values, exposed, kept, resident }: Storage): ArrayBuffer | undefined {
  const { buffer, byteLength } = values;
  const isShared = exposed || kept === true || resident === true || byteLength !== buffer.byteLength;
  return isShared || byteLength < smallest || !(buffer instanceof ArrayBuffer) ? undefined : buffer;
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
