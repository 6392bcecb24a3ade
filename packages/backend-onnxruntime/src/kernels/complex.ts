import type { OnnxRuntimeBackend } from "../backend.ts";
import { PlainData } from "../record/data.ts";
import { kernelFunc } from "./kernel.ts";
import type { KernelFunc, TensorInfo } from "@tensorflow/tfjs-core";

function part(name: "Real" | "Imag"): KernelFunc {
  return ({ inputs, backend }) => {
    const own = backend as OnnxRuntimeBackend;
    const input = inputs["input"] as TensorInfo;
    const data = own.dataOf(input.dataId);
    if (!(data instanceof PlainData) || data.parts === undefined)
      return kernelFunc(name, undefined)({ inputs, attrs: {}, backend });
    const dataId = name === "Real" ? data.parts.real : data.parts.imaginary;
    return own.view({ dataId, shape: input.shape, dtype: "float32" }, input.shape);
  };
}

/** Complex tensors are pairs of real tensors; splitting and joining them runs nothing. */
export function complexKernels(identity: KernelFunc): Record<string, KernelFunc> {
  return {
    Complex: ({ inputs, backend }) =>
      (backend as OnnxRuntimeBackend).makeComplex(inputs["real"] as TensorInfo, inputs["imag"] as TensorInfo),
    Identity: (call) => {
      const x = call.inputs["x"] as TensorInfo;
      return x.dtype === "complex64" ? (call.backend as OnnxRuntimeBackend).view(x, x.shape) : identity(call);
    },
    Imag: part("Imag"),
    Real: part("Real"),
  };
}
