import { dropout } from "../dropout/dropout-kernels.ts";
import type { FusedKernel, RecordedFusedKernels } from "./fused-kernel.ts";
import { gelu, geluGradient } from "./fused/gelu.ts";
import { layerNorm, layerNormGradient } from "./fused/layer-norm.ts";
import { linearCrossEntropy, linearCrossEntropyGradient } from "./fused/linear-cross-entropy.ts";
import { softmaxCrossEntropy, softmaxCrossEntropyGradient } from "./fused/softmax-cross-entropy.ts";
import type { Kernels } from "./kernel.ts";

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

/** Kernels that TensorFlow.js does not have; ops looks them up by name and composes other kernels if there is none. */
export const fusedKernels: Kernels = recorded as Readonly<Record<string, unknown>> as Kernels;
