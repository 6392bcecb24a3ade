import type { KernelFunc } from "@tensorflow/tfjs-core";
import type { OnnxRuntimeBackend } from "../backend.ts";
import { dropout } from "../dropout/dropout-kernels.ts";
import type { FusedBackend, FusedKernel, RecordedFusedKernels } from "./fused-kernel.ts";
import { gelu, geluGradient } from "./fused/gelu.ts";
import { layerNorm, layerNormGradient } from "./fused/layer-norm.ts";
import { linearCrossEntropy, linearCrossEntropyGradient } from "./fused/linear-cross-entropy.ts";
import { softmaxCrossEntropy, softmaxCrossEntropyGradient } from "./fused/softmax-cross-entropy.ts";
import { hasEmpty, type Attrs, type Inputs, type Kernel } from "./kernel.ts";
import { withoutRecording } from "./without-recording.ts";

/** The same tensor, after running everything recorded. */
const barrier: FusedKernel<"BertkitBarrier"> = (backend, { x }) => {
  backend.executor.flush();
  return backend.view(x, x.shape);
};

const recorded: RecordedFusedKernels = {
  BertkitBarrier: barrier,
  BertkitDropout: dropout,
  BertkitGelu: gelu,
  BertkitGeluGradient: geluGradient,
  BertkitLayerNorm: layerNorm,
  BertkitLayerNormGradient: layerNormGradient,
  BertkitLinearCrossEntropy: linearCrossEntropy,
  BertkitLinearCrossEntropyGradient: linearCrossEntropyGradient,
  BertkitSoftmaxCrossEntropy: softmaxCrossEntropy,
  BertkitSoftmaxCrossEntropyGradient: softmaxCrossEntropyGradient,
};

/**
 * Kernels that TensorFlow.js does not have; ops looks them up by name and composes other kernels if there is none. No graph
 * has empty tensors, so with these a gradient is zero, and a number for each row or column is NaN, the mean of nothing.
 */
export const fusedKernels: Readonly<Record<string, KernelFunc>> = Object.fromEntries(
  Object.entries(recorded as Readonly<Record<string, unknown>> as Readonly<Record<string, FusedFunction>>).map(
    ([name, kernel]) => [name, fusedFunc(kernel, name.endsWith("Gradient") ? 0 : NaN)],
  ),
);

type FusedFunction = (backend: FusedBackend, inputs: Inputs, attributes: Attrs) => ReturnType<Kernel> & object;

function fusedFunc(kernel: FusedFunction, valueOfNothing: number): KernelFunc {
  return ({ inputs, attrs, backend }) => {
    const own = backend as OnnxRuntimeBackend;
    return kernel(
      hasEmpty(inputs) ? withoutRecording(own, valueOfNothing) : own,
      inputs as unknown as Inputs,
      attrs ?? {},
    );
  };
}
