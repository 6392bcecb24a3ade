import type { FusedUpdates } from "@bertkit/ops";
import { getKernel, registerKernel, type KernelFunc, type TensorInfo } from "@tensorflow/tfjs-core";
import { adamW } from "./adam-w.ts";
import { dropout, dropoutMask } from "./dropout.ts";
import { gelu, geluGradient } from "./gelu.ts";
import { layerNorm, layerNormGradient } from "./layer-norm.ts";
import { softmaxCrossEntropy, softmaxCrossEntropyGradient } from "./softmax-cross-entropy.ts";
import type { Kernels, WebgpuBackend, WebgpuKernel } from "./webgpu-backend.ts";

const kernels: { readonly [Name in keyof Kernels]?: WebgpuKernel<Name> } = {
  BertkitDropout: dropout,
  BertkitDropoutMask: dropoutMask,
  BertkitGelu: gelu,
  BertkitGeluGradient: geluGradient,
  BertkitLayerNorm: layerNorm,
  BertkitLayerNormGradient: layerNormGradient,
  BertkitSoftmaxCrossEntropy: softmaxCrossEntropy,
  BertkitSoftmaxCrossEntropyGradient: softmaxCrossEntropyGradient,
};

/** Registers the fused kernels of @bertkit/ops for TensorFlow.js's own webgpu backend. */
export function registerWebgpuKernels(): void {
  for (const [kernelName, run] of Object.entries(kernels) as [string, WebgpuKernel<keyof Kernels>][])
    register(kernelName, ({ inputs, attrs, backend }) => [
      ...run(backend as WebgpuBackend, inputs as never, attrs as never),
    ]);
  register("BertkitAdamW", ({ attrs, backend }) => {
    adamW(backend as WebgpuBackend, attrs as unknown as FusedUpdates<TensorInfo>["BertkitAdamW"]);
    return [];
  });
}

function register(kernelName: string, kernelFunc: KernelFunc): void {
  if (getKernel(kernelName, "webgpu") === undefined) registerKernel({ kernelName, backendName: "webgpu", kernelFunc });
}
