import * as tf from "@tensorflow/tfjs-core";

/**
 * Throws a RangeError for an id outside [0, count), of every backend the same: left alone, one throws in words of its own,
 * one gives zeros, one reads other memory. Only numbers that are in main memory are looked at, as those of tensors made
 * from arrays are until a GPU computes with them: reading others back would hold the GPU up.
 *
 * @param what the parameter, for the message
 */
export function checkIds(where: string, what: string, ids: tf.Tensor, count: number): void {
  const values = valuesInMemory(ids);
  if (values === undefined) return;
  for (let i = 0; i < values.length; i++) {
    const id = values[i]!;
    if (id >= 0 && id < count) continue;
    throw new RangeError(
      `${where}: ${what} must be from 0 to ${count - 1}, got ${id}. Take ids and model from the same files, and labels below the number of classes.`,
    );
  }
}

/** What backends keep of a tensor; each has one of these. */
interface KnownBackend {
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

function valuesInMemory({ dataId }: tf.Tensor): ArrayLike<number> | undefined {
  const backend = tf.engine().state.tensorInfo.get(dataId)?.backend as unknown as KnownBackend | undefined;
  if (backend === undefined) return undefined;
  if (backend.valuesInMemory) return backend.valuesInMemory(dataId);
  if (backend.dataIdMap) return backend.readSync(dataId);
  const store = backend.data ?? backend.texData ?? backend.tensorMap;
  return store?.has(dataId) ? (store.get(dataId)?.values ?? undefined) : undefined;
}
