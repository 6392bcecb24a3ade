import type { LoopMemory, Storage, TensorMemory } from "../record/storage.ts";
import type { NumericType, TensorType, Values } from "../record/types.ts";
import type { Ort } from "./ort-module.ts";

/**
 * Tensors in onnxruntime-web's own memory: its sessions read and write them there, and the optimizer updates weights
 * and moments there, so that a step only copies its new inputs. Freed explicitly, else when JavaScript collects the
 * storage.
 */
export class Heap implements TensorMemory {
  readonly loops: LoopMemory;
  /** Bytes copied into it, and out of it to readers. */
  copiedBytes = 0;
  readonly #ort: Ort;
  readonly #collected: FinalizationRegistry<number>;

  constructor(ort: Ort) {
    this.#ort = ort;
    this.#collected = new FinalizationRegistry((address) => ort.module._free(address));
    this.loops = { memory: ort.memory, region: (size) => this.#region(size) };
  }

  take({ dtype, size, bytes }: TensorType): Storage {
    const address = this.#ort.allocate(bytes);
    return this.#registered({ values: this.#view(dtype, address, size), exposed: false, address });
  }

  give(storage: Storage): void {
    const { address } = storage;
    if (address === undefined || storage.resident === true || storage.kept === true || storage.exposed) return;
    delete storage.address;
    this.#collected.unregister(storage);
    this.#ort.module._free(address);
  }

  clear(): void {}

  adopt(storage: Storage): void {
    if (storage.address !== undefined) return;
    const { values } = storage;
    const address = this.#ort.allocate(values.byteLength);
    const dtype = values instanceof Float32Array ? "float32" : values instanceof Int32Array ? "int32" : "bool";
    const own = this.#view(dtype, address, values.length);
    own.set(values);
    this.copiedBytes += values.byteLength;
    storage.values = own;
    storage.exposed = false;
    storage.address = address;
    this.#registered(storage);
  }

  #region(size: number): Storage {
    const address = this.#ort.allocate(Math.ceil(size / 4) * 16);
    this.#ort.bytes(address, Math.ceil(size / 4) * 16).fill(0);
    return this.#registered({
      values: this.#view("float32", address, size),
      exposed: false,
      resident: true,
      address,
    });
  }

  #registered(storage: Storage): Storage {
    this.#collected.register(storage, storage.address!, storage);
    return storage;
  }

  #view(dtype: NumericType, address: number, size: number): Values {
    const { buffer } = this.#ort.memory;
    if (dtype === "float32") return new Float32Array(buffer, address, size);
    return dtype === "int32" ? new Int32Array(buffer, address, size) : new Uint8Array(buffer, address, size);
  }
}
