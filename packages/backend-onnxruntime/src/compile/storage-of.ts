import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { OnnxRuntimeBackend } from "../backend.ts";
import { quantizedValues } from "../quantize/read-quantized.ts";
import { Data } from "../record/data.ts";
import type { Storage } from "../record/storage.ts";
import type { Executor } from "../run/executor.ts";

/** The memory of a tensor's values; those of a quantized matrix are computed for this call. */
export function storageOf(backend: OnnxRuntimeBackend, executor: Executor, info: TensorInfo): Storage {
  const data = backend.dataOf(info.dataId);
  return data instanceof Data && data.quantized !== undefined
    ? { values: quantizedValues(executor, data.type, data.quantized), exposed: true }
    : executor.storageOf(backend.numeric(info).source);
}
