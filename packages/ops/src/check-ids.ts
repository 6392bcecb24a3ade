import { checkTensor } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";

/**
 * Throws the same RangeError on every backend for an id outside [0, count). Without this check some backends throw,
 * some return zeros, and some read other memory. Only values in main memory are checked, such as those of a tensor
 * created from an array; reading values back from a GPU would block it.
 *
 * @param what name of the parameter
 */
export function checkIds(where: string, what: string, ids: tf.Tensor, count: number): void {
  checkTensor(where, what, ids);
  const check = (values: ArrayLike<number>, count: number): void => {
    for (let i = 0; i < values.length; i++) {
      const id = values[i]!;
      if (id >= 0 && id < count) continue;
      throw new RangeError(
        `${where}: ${what} must be from 0 to ${count - 1}, got ${id}. Take ids and model from the same files, and labels below the number of classes.`,
      );
    }
  };
  const backend = tf.engine().state.tensorInfo.get(ids.dataId)?.backend as unknown as KnownBackend | undefined;
  if (backend === undefined) return;
  backend.noteIds?.(ids.dataId, count, check);
  const values = valuesInMemory(backend, ids.dataId);
  if (values !== undefined) check(values, count);
}

/** Data that a backend stores per tensor; each has one of these fields. */
interface KnownBackend {
  /** The Node backend: while a function is traced for later calls, notes a check of their ids. */
  noteIds?(dataId: object, count: number, check: (values: ArrayLike<number>, count: number) => void): void;
  /** The Node backend. */
  valuesInMemory?(dataId: object): ArrayLike<number> | undefined;
  /** Plain JavaScript. */
  data?: Store;
  /** WebGL. */
  texData?: Store;
  /** WebGPU. */
  tensorMap?: Store;
  /** WebAssembly. */
  dataIdMap?: Store;
  readSync(dataId: object): ArrayLike<number>;
}
interface Store {
  has(dataId: object): boolean;
  get(dataId: object): { values?: ArrayLike<number> | null } | undefined;
}

function valuesInMemory(backend: KnownBackend, dataId: object): ArrayLike<number> | undefined {
  if (backend.valuesInMemory) return backend.valuesInMemory(dataId);
  if (backend.dataIdMap) return backend.readSync(dataId);
  const store = backend.data ?? backend.texData ?? backend.tensorMap;
  return store?.has(dataId) ? (store.get(dataId)?.values ?? undefined) : undefined;
}
