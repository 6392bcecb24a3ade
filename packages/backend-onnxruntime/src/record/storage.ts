import type { NumericType, TensorType, Values } from "./types.ts";

/** Materialised numbers of one source. */
export interface Storage {
  values: Values;
  /** True when code outside this package may see the array: it is then neither reused nor changed in place. */
  exposed: boolean;
  /** True in the optimizer's memory, where numbers change in place: readers outside get copies. */
  readonly resident?: boolean;
  /** Counts changes in place; absent where there are none, and where they are not counted. */
  version?: number;
}

const keptBytes = 256 * 1024 * 1024;
const smallest = 4096;

/**
 * Keeps the memory of freed tensors for the next of the same length: fresh pages cost more than most kernels. When it
 * is full the lengths that were freed longest ago go.
 */
export class StoragePool {
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
    if (storage.exposed || storage.resident === true || byteLength < smallest || byteLength > keptBytes) return;
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

function allocate(dtype: NumericType, size: number): Values {
  return dtype === "float32" ? new Float32Array(size) : dtype === "int32" ? new Int32Array(size) : new Uint8Array(size);
}

function view(dtype: NumericType, buffer: ArrayBuffer): Values {
  return dtype === "float32"
    ? new Float32Array(buffer)
    : dtype === "int32"
      ? new Int32Array(buffer)
      : new Uint8Array(buffer);
}
