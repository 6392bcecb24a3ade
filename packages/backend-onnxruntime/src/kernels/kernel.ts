import type * as tf from "@tensorflow/tfjs-core";
import type { NamedAttrMap, NamedTensorInfoMap, TensorInfo } from "@tensorflow/tfjs-core";
import type { OnnxRuntimeBackend } from "../backend.ts";
import { runOnCpu } from "../cpu-fallback.ts";

export type Inputs = Record<string, TensorInfo>;
// Attributes have the types of each kernel's tfjs interface; the registry itself is untyped.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Attrs = Record<string, any>;

/** Records a kernel, or returns undefined if ONNX cannot express these inputs: then the CPU kernel runs. */
export type Kernel = (
  backend: OnnxRuntimeBackend,
  inputs: Inputs,
  attrs: Attrs,
) => TensorInfo | TensorInfo[] | undefined;

export type Kernels = Readonly<Record<string, Kernel>>;

/** The kernel as tfjs calls it. Empty tensors and those of strings or complex numbers go to the CPU kernel. */
export function kernelFunc(name: string, kernel: Kernel | undefined): tf.KernelFunc {
  return ({ inputs, attrs, backend }) => {
    const own = backend as OnnxRuntimeBackend;
    const result =
      kernel !== undefined && recordable(inputs) ? kernel(own, inputs as unknown as Inputs, attrs ?? {}) : undefined;
    return result ?? runOnCpu(name, own, inputs, (attrs ?? {}) as NamedAttrMap);
  };
}

function recordable(inputs: NamedTensorInfoMap): boolean {
  for (const name in inputs) {
    const input = inputs[name] as TensorInfo | TensorInfo[] | undefined | null;
    if (input === undefined || input === null) continue;
    if (!(Array.isArray(input) ? input.every(isNumbers) : isNumbers(input))) return false;
  }
  return true;
}

function isNumbers(info: TensorInfo): boolean {
  return info.dtype !== "string" && info.dtype !== "complex64" && !isEmpty(info);
}

function isEmpty({ shape }: TensorInfo): boolean {
  for (let i = 0; i < shape.length; i++) if (shape[i] === 0) return true;
  return false;
}

/** Whether an input has no elements. */
export function hasEmpty(inputs: NamedTensorInfoMap): boolean {
  for (const name in inputs) if (isEmpty(inputs[name]!)) return true;
  return false;
}

export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const dimension of shape) size *= dimension;
  return size;
}
