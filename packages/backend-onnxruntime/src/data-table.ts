import * as tf from "@tensorflow/tfjs-core";
import type { DataId, KernelBackend } from "@tensorflow/tfjs-core";
import { copyOfQuantized } from "./quantize/read-quantized.ts";
import { Data, PlainData } from "./record/data.ts";
import { Source } from "./record/source.ts";
import type { TensorMemory } from "./record/storage.ts";

/**
 * The data of a backend's tensors. The dataId of a tensor is its data; one that came from another backend keeps the dataId
 * that it has there. That backend may be of this class, with memory of its own: the one that this one has replaced.
 */
export class DataTable {
  readonly #foreign: tf.DataStorage<Data | PlainData>;
  /** What its data have as `table`. */
  readonly #mark: object;
  readonly #memory: TensorMemory;
  #count = 0;

  /** @param inPlace another table, whose data are also this one's, and the reverse; for a trace */
  constructor(backend: KernelBackend, memory: TensorMemory, inPlace?: DataTable) {
    this.#mark = inPlace === undefined ? {} : inPlace.#mark;
    this.#memory = memory;
    this.#foreign = new tf.DataStorage(backend, tf.engine());
  }

  get count(): number {
    return this.#count;
  }

  /** Whether the tensor is in this backend now. */
  has(dataId: DataId): boolean {
    return this.#isLocal(dataId) || this.#foreign.has(dataId);
  }

  /**
   * The tensor's data; moves the tensor here if it is in another backend.
   * @throws if only a GPU has its values
   */
  get(dataId: DataId): Data | PlainData {
    if (this.#isLocal(dataId)) return dataId;
    if (this.#foreign.has(dataId) || !(dataId instanceof Data) || dataId.quantized === undefined)
      return this.#foreign.get(dataId);
    const quantized = copyOfQuantized(dataId.quantized);
    const data = this.#foreign.get(dataId) as Data;
    if (this.#memory.hold !== undefined) return data; // no bytes there: the rounded values
    data.quantized = quantized;
    data.source = new Source(data.type);
    return data;
  }

  add<Added extends Data | PlainData>(data: Added): Added {
    this.#count++;
    data.table = this.#mark;
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
    const local = this.#isLocal(dataId);
    const data = local ? dataId : this.#foreign.get(dataId);
    data.references--;
    if (data.references > 0 && !all) return undefined;
    data.references = 0;
    this.#count--;
    if (!local) this.#foreign.delete(dataId);
    return data;
  }

  /** The old dataId of a tensor that moved to another backend and back has no references; its new data is foreign. */
  #isLocal(dataId: DataId): dataId is Data | PlainData {
    if (!(dataId instanceof Data || dataId instanceof PlainData) || dataId.references === 0) return false;
    return dataId.table === undefined || dataId.table === this.#mark;
  }
}
