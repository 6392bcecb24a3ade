import * as tf from "@tensorflow/tfjs-core";
import { adamWKernel } from "./adam-w/adam-w-kernel.ts";
import { OnnxRuntimeBackend } from "./backend.ts";
import { checkDevice } from "./device.ts";
import { dropoutMaskKernel } from "./dropout/dropout-kernels.ts";
import { Executor } from "./graph/executor.ts";
import { binaryKernels } from "./kernels/binary.ts";
import { complexKernels } from "./kernels/complex.ts";
import { convolutionKernels } from "./kernels/convolution.ts";
import { fillKernels } from "./kernels/fill.ts";
import { fusedKernels } from "./kernels/fused.ts";
import { indexKernels } from "./kernels/index-kernels.ts";
import { kernelFunc, type Kernels } from "./kernels/kernel.ts";
import { layoutKernels } from "./kernels/layout.ts";
import { matmulKernels } from "./kernels/matmul.ts";
import { normalizationKernels } from "./kernels/normalization.ts";
import { poolingKernels } from "./kernels/pooling.ts";
import { reduceKernels } from "./kernels/reduce.ts";
import { resizeKernels } from "./kernels/resize.ts";
import { scatterKernels } from "./kernels/scatter.ts";
import { unaryKernels } from "./kernels/unary.ts";
import { executorOptions, type OnnxRuntimeOptions } from "./options.ts";

/** The name under which TensorFlow.js knows this backend. */
export const backendName = "onnxruntime";

const recorded: Kernels = {
  ...unaryKernels,
  ...binaryKernels,
  ...reduceKernels,
  ...layoutKernels,
  ...fillKernels,
  ...indexKernels,
  ...scatterKernels,
  ...matmulKernels,
  ...convolutionKernels,
  ...poolingKernels,
  ...normalizationKernels,
  ...resizeKernels,
  ...fusedKernels,
};

/** The kernels that become operators of ONNX; all others run in JavaScript. */
export const recordedKernels: readonly string[] = Object.keys(recorded);

/** Makes every kernel known: recorded where it can be, else tfjs-backend-cpu's. Safe to call again. */
export function registerKernels(): void {
  const functions = new Map<string, tf.KernelFunc>();
  for (const { kernelName } of tf.getKernelsForBackend("cpu"))
    functions.set(kernelName, kernelFunc(kernelName, undefined));
  for (const [name, kernel] of Object.entries(recorded)) functions.set(name, kernelFunc(name, kernel));
  for (const [name, complex] of Object.entries(complexKernels(functions.get("Identity")!)))
    functions.set(name, complex);
  functions.set("BertkitAdamW", adamWKernel);
  functions.set("BertkitDropoutMask", dropoutMaskKernel);
  for (const [kernelName, func] of functions) {
    if (tf.getKernel(kernelName, backendName) === undefined)
      tf.registerKernel({ kernelName, backendName, kernelFunc: func });
  }
}

/**
 * Registers the backend with TensorFlow.js, in place of one registered before with other options.
 * @throws where an option makes no sense or the device does not run here; what was registered before stays
 */
export function registerOnnxRuntime(options: OnnxRuntimeOptions = {}): void {
  const resolved = executorOptions(options);
  checkDevice(options.device ?? "cpu");
  registerKernels();
  if (tf.findBackendFactory(backendName) !== null) tf.removeBackend(backendName);
  tf.registerBackend(backendName, () => new OnnxRuntimeBackend(new Executor(resolved)), 4);
}
