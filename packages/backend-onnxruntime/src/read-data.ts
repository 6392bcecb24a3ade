import * as tf from "@tensorflow/tfjs-core";
import { quantizedValues } from "./quantize/read-quantized.ts";
import { Data, type PlainData } from "./record/data.ts";
import { computedValues } from "./record/storage.ts";
import type { Values } from "./record/types.ts";
import type { Executor } from "./run/executor.ts";

/** The values of a tensor; strings are UTF-8 bytes. tfjs's type of this name, which it does not export. */
export type BackendValues = Values | Uint8Array[];

/** The values, in memory that the caller must neither keep nor change. */
export function borrowValues(executor: Pick<Executor, "storageOf">, data: Data): Values {
  if (data.quantized !== undefined) return quantizedValues(executor, data.type, data.quantized);
  return executor.storageOf(data.source).values;
}

/** The values, for the caller to keep. */
export function readData(executor: Pick<Executor, "storageOf">, data: Data | PlainData): BackendValues {
  if (!(data instanceof Data)) {
    if (data.strings !== undefined) return data.strings;
    const { real, imaginary } = data.parts!;
    return complexValues(borrowValues(executor, real), borrowValues(executor, imaginary));
  }
  if (data.quantized !== undefined) return quantizedValues(executor, data.type, data.quantized);
  const storage = executor.storageOf(data.source);
  if (storage.resident === true || storage.address !== undefined) return storage.values.slice();
  storage.exposed = true;
  return storage.values;
}

/** @throws if only a GPU has the values, and so another backend, which is active now, cannot have them */
export function checkMovable(executor: Pick<Executor, "storageOf" | "pool">, data: Data | PlainData): void {
  if (executor.pool.remote === undefined) return;
  const parts = data instanceof Data ? [data] : Object.values(data.parts ?? {});
  if (parts.every(({ source }) => computedValues(executor.storageOf(source)) !== undefined)) return;
  throw new Error(
    "backend-onnxruntime: only the GPU of the backend that made a tensor has its values, and another backend is active now. Make tensors and load models after useBackend; or read the tensor before with await tensor.data(), and make it again.",
  );
}

/** As `readData`, also if only a GPU has the values. */
export async function readDataAsync(
  executor: Pick<Executor, "storageOf" | "pool">,
  data: Data | PlainData,
): Promise<BackendValues> {
  const { remote } = executor.pool;
  if (remote === undefined) return readData(executor, data);
  const read = (part: Data): Promise<Values> => remote.read(executor.storageOf(part.source), part.type);
  if (data instanceof Data) return read(data);
  if (data.strings !== undefined) return data.strings;
  const { real, imaginary } = data.parts!;
  return complexValues(...(await Promise.all([read(real), read(imaginary)])));
}

/** Complex numbers as tfjs stores them: each real part is followed by its imaginary part. */
function complexValues(real: Values, imaginary: Values): Float32Array {
  return tf.backend_util.mergeRealAndImagArrays(real as Float32Array, imaginary as Float32Array);
}
