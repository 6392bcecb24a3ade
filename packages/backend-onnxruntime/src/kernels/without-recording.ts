import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { OnnxRuntimeBackend } from "../backend.ts";
import { allocate } from "../record/storage.ts";
import { tensorType, type NumericType, type TensorType } from "../record/types.ts";
import type { FusedBackend } from "./fused-kernel.ts";

/** A backend that records nothing: every output of a kernel is filled with one value. */
export function withoutRecording(backend: OnnxRuntimeBackend, value: number): FusedBackend {
  const filled = ({ dtype, shape, size }: TensorType): TensorInfo =>
    backend.make(allocate(dtype, size).fill(value), shape, dtype);
  return {
    executor: backend.executor,
    numeric: (info) => backend.numeric(info),
    view: (info, shape) => backend.view(info, shape),
    record: (operation, attributes, inputs, dtype, shape) => filled(tensorType(dtype as NumericType, shape)),
    recordMany: (operation, attributes, inputs, outputTypes) => outputTypes.map(filled),
  };
}
