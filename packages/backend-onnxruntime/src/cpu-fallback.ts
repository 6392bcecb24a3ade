import * as tf from "@tensorflow/tfjs-core";
import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import type { DataId, DataType, NamedAttrMap, NamedTensorInfoMap, TensorInfo } from "@tensorflow/tfjs-core";
import type { OnnxRuntimeBackend } from "./backend.ts";
import { borrowValues } from "./read-data.ts";
import { Data, type PlainData } from "./record/data.ts";
import type { Values } from "./record/types.ts";

/** Buffers that a result must not keep: those of the inputs, and those of earlier results of the call. */
type Taken = Set<ArrayBufferLike>;

/** A CPU backend that holds only the inputs and outputs of the current call. */
let scratch: MathBackendCPU | undefined;

/** Runs tfjs's plain JavaScript kernel on this backend's tensors. */
export function runOnCpu(
  name: string,
  backend: OnnxRuntimeBackend,
  inputs: NamedTensorInfoMap,
  attrs: NamedAttrMap,
): TensorInfo | TensorInfo[] {
  const kernel = tf.getKernel(name, "cpu");
  if (kernel === undefined)
    throw new Error(
      `backend-onnxruntime: neither this backend nor tfjs-backend-cpu has the kernel ${name}. Compose the operation from others.`,
    );
  backend.executor.stats.fallbacks[name] = (backend.executor.stats.fallbacks[name] ?? 0) + 1;
  scratch ??= quietBackend();
  const shared: DataId[] = [];
  const taken: Taken = new Set();
  try {
    for (const input of Object.values(inputs)) {
      for (const info of Array.isArray(input) ? (input as TensorInfo[]) : [input]) {
        if (info !== undefined && info !== null) share(backend, scratch, info.dataId, shared, taken);
      }
    }
    const result = kernel.kernelFunc({ inputs, attrs, backend: scratch });
    return Array.isArray(result)
      ? result.map((info) => adopt(backend, scratch!, info, taken))
      : adopt(backend, scratch, result, taken);
  } finally {
    for (const dataId of shared) scratch.data.delete(dataId);
  }
}

function share(backend: OnnxRuntimeBackend, cpu: MathBackendCPU, dataId: DataId, shared: DataId[], taken: Taken): void {
  if (shared.includes(dataId)) return;
  const data = backend.dataOf(dataId);
  shared.push(dataId);
  if (data instanceof Data) {
    const values = borrowValues(backend.executor, data);
    taken.add(values.buffer);
    cpu.data.set(dataId, { values, dtype: data.type.dtype, refCount: 1 });
  } else if (data.strings !== undefined) {
    cpu.data.set(dataId, { values: data.strings, dtype: "string", refCount: 1 });
  } else {
    const info = (part: Data): TensorInfo => ({ dataId: part, shape: [...data.shape], dtype: "float32" });
    const { real, imaginary } = data.parts!;
    share(backend, cpu, real, shared, taken);
    share(backend, cpu, imaginary, shared, taken);
    cpu.data.set(dataId, {
      dtype: "complex64",
      refCount: 1,
      complexTensorInfos: { real: info(real), imag: info(imaginary) },
    });
  }
}

/** Converts a CPU kernel's result, which may be one of the inputs, to a tensor of this backend. */
function adopt(backend: OnnxRuntimeBackend, cpu: MathBackendCPU, info: TensorInfo, taken: Taken): TensorInfo {
  const entry = cpu.data.get(info.dataId);
  let adopted: TensorInfo;
  if (isOurs(info.dataId)) adopted = backend.view(info, info.shape);
  else if (entry.complexTensorInfos !== undefined) {
    const { real, imag } = entry.complexTensorInfos;
    const parts = [real, imag].map((part) =>
      backend.make(Float32Array.from(cpu.data.get(part.dataId).values as Float32Array), info.shape, "float32"),
    );
    adopted = backend.makeComplex(parts[0]!, parts[1]!);
    for (const part of parts) backend.disposeInfo(part);
  } else adopted = backend.make(ownValues(entry.values as Values, taken), info.shape, info.dtype as DataType);
  if (!isOurs(info.dataId)) cpu.disposeData(info.dataId, true);
  return adopted;
}

/** The values, or a copy if other memory has them too: CPU kernels return parts of their inputs, such as slices. */
function ownValues(values: Values, taken: Taken): Values {
  if (!ArrayBuffer.isView(values)) return values; // strings
  if (taken.has(values.buffer)) return values.slice();
  taken.add(values.buffer);
  return values;
}

function isOurs(dataId: DataId | PlainData): boolean {
  return dataId instanceof Data || "references" in dataId;
}

/** On its first write, MathBackendCPU prints advice to install tfjs-node; this one must not. */
function quietBackend(): MathBackendCPU {
  const backend = new MathBackendCPU();
  (backend as unknown as { firstUse: boolean }).firstUse = false;
  return backend;
}
