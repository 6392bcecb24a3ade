import * as tf from "@tensorflow/tfjs-core";
import type { DataId, KernelBackend } from "@tensorflow/tfjs-core";
import { Data, PlainData } from "./record/data.ts";

/**
 * The data of a backend's tensors. The dataId of a tensor is its data; one that came from another backend keeps the dataId
 * that it has there.
 */
export class DataTable {
  readonly #foreign: tf.DataStorage<Data | PlainData>;
  #count = 0;

  constructor(backend: KernelBackend) {
    this.#foreign = new tf.DataStorage(backend, tf.engine());
  }

  get count(): number {
    return this.#count;
  }

  /** Whether the tensor is in this backend now. */
  has(dataId: DataId): boolean {
    return isLocal(dataId) || this.#foreign.has(dataId);
  }

  /** The tensor's data; moves the tensor here if it is in another backend. */
  get(dataId: DataId): Data | PlainData {
    return isLocal(dataId) ? dataId : this.#foreign.get(dataId);
  }

  add<Added extends Data | PlainData>(data: Added): Added {
    this.#count++;
    return data;
  }

  addForeign(dataId: DataId, data: Data | PlainData): void {
    this.#count++;
    this.#foreign.set(dataId, data);
  }

  references(dataId: DataId): number {
    return this.has(dataId) ? this.get(dataId).references : 0;
  }

  /** Removes one reference, or all. Returns the data if no reference is left; undefined if some are. */
  release(dataId: DataId, all: boolean): Data | PlainData | undefined {
    const local = isLocal(dataId);
    const data = local ? dataId : this.#foreign.get(dataId);
    data.references--;
    if (data.references > 0 && !all) return undefined;
    data.references = 0;
    this.#count--;
    if (!local) this.#foreign.delete(dataId);
    return data;
  }
}

/** The old dataId of a tensor that moved to another backend and back has no references; its new data is foreign. */
function isLocal(dataId: DataId): dataId is Data | PlainData {
  return (dataId instanceof Data || dataId instanceof PlainData) && dataId.references > 0;
}
