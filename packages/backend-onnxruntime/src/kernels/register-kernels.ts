import type { FusedUpdates } from "@bertkit/ops";
import * as tf from "@tensorflow/tfjs-core";
import { adamWKernel } from "../adam-w/adam-w-kernel.ts";
import { dropoutMaskKernel } from "../dropout/dropout-kernels.ts";
import { binaryKernels } from "./binary.ts";
import { complexKernels } from "./complex.ts";
import { concatKernels } from "./concat.ts";
import { convolutionGradientKernels } from "./convolution-gradients.ts";
import { convolutionKernels } from "./convolution.ts";
import { fillKernels } from "./fill.ts";
import { fusedKernels } from "./fused.ts";
import { indexKernels } from "./index-kernels.ts";
import { kernelFunc, type Kernels } from "./kernel.ts";
import { layoutKernels } from "./layout.ts";
import { matmulKernels } from "./matmul.ts";
import { normalizationKernels } from "./normalization.ts";
import { ownValuesKernel } from "./own-values.ts";
import { poolingKernels } from "./pooling.ts";
import { reduceKernels } from "./reduce.ts";
import { resizeKernels } from "./resize.ts";
import { scatterKernels } from "./scatter.ts";
import { sliceKernels } from "./slice.ts";
import { spaceToBatchKernels } from "./space-to-batch.ts";
import { unaryKernels } from "./unary.ts";

/** The name under which TensorFlow.js knows this backend. */
export const backendName = "onnxruntime";

const recorded: Kernels = {
  ...unaryKernels,
  ...binaryKernels,
  ...reduceKernels,
  ...layoutKernels,
  ...sliceKernels,
  ...concatKernels,
  ...spaceToBatchKernels,
  ...fillKernels,
  ...indexKernels,
  ...scatterKernels,
  ...matmulKernels,
  ...convolutionKernels,
  ...convolutionGradientKernels,
  ...poolingKernels,
  ...normalizationKernels,
  ...resizeKernels,
};

/** The fused kernels that run when they are called. */
const immediate: Readonly<Record<keyof FusedUpdates | "BertkitDropoutMask", tf.KernelFunc>> = {
  BertkitAdamW: adamWKernel,
  BertkitOwnValues: ownValuesKernel,
  BertkitDropoutMask: dropoutMaskKernel,
};

/** The kernels that become ONNX operators; all others run in JavaScript. */
export const recordedKernels: readonly string[] = [...Object.keys(recorded), ...Object.keys(fusedKernels)];

/** Registers every kernel: recorded if possible, else tfjs-backend-cpu's. Safe to call again. */
export function registerKernels(): void {
  const functions = new Map<string, tf.KernelFunc>();
  for (const { kernelName } of tf.getKernelsForBackend("cpu"))
    functions.set(kernelName, kernelFunc(kernelName, undefined));
  for (const [name, kernel] of Object.entries(recorded)) functions.set(name, kernelFunc(name, kernel));
  for (const [name, complex] of Object.entries(complexKernels(functions.get("Identity")!)))
    functions.set(name, complex);
  for (const [name, kernel] of Object.entries({ ...fusedKernels, ...immediate })) functions.set(name, kernel);
  for (const [kernelName, func] of functions) {
    if (tf.getKernel(kernelName, backendName) === undefined)
      tf.registerKernel({ kernelName, backendName, kernelFunc: func });
  }
}
