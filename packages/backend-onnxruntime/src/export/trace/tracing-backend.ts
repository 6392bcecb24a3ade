import type { FusedKernels } from "@bertkit/ops";
import * as tf from "@tensorflow/tfjs-core";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { OnnxRuntimeBackend } from "../../backend.ts";
import { backendName, registerKernels } from "../../kernels/register-kernels.ts";
import type { Executor } from "../../run/executor.ts";
import { TraceExecutor } from "./trace-executor.ts";

const tracingName = "onnxruntime-export";

/** The fused kernels that write standard operators; ops composes the others from TensorFlow.js kernels. */
const standardKernels: readonly (keyof FusedKernels)[] = [
  "BertkitGelu",
  "BertkitGeluGradient",
  "BertkitLayerNorm",
  "BertkitLayerNormGradient",
  "BertkitSoftmaxCrossEntropy",
  "BertkitSoftmaxCrossEntropyGradient",
];

/**
 * Runs `run` with a temporary active backend, whose kernels are this package's but compute nothing. Tensors of the Node
 * backend are read in place; those of other backends are moved to it, and back when they are next used. Restores the
 * active backend.
 * @param constants computes values that do not depend on the inputs; disposed at the end
 */
export function withTracingBackend<T>(constants: Executor, run: (backend: OnnxRuntimeBackend) => T): T {
  registerTracingKernels();
  const live: unknown = tf.findBackend(backendName);
  const inPlace = live instanceof OnnxRuntimeBackend ? live : undefined;
  inPlace?.executor.flush();
  const previous = tf.getBackend();
  const backend = new OnnxRuntimeBackend(new TraceExecutor(constants), inPlace);
  tf.registerBackend(tracingName, () => backend, 0);
  try {
    void tf.setBackend(tracingName); // immediately, if nothing has to be loaded
    return run(backend);
  } finally {
    void tf.setBackend(previous);
    tf.removeBackend(tracingName);
  }
}

function registerTracingKernels(): void {
  registerKernels();
  for (const { kernelName, kernelFunc } of tf.getKernelsForBackend(backendName)) {
    if (tf.getKernel(kernelName, tracingName) !== undefined) continue;
    if (kernelName.startsWith("Bertkit") && !standardKernels.some((name) => name === kernelName)) continue;
    tf.registerKernel({ kernelName, backendName: tracingName, kernelFunc: traced(kernelName, kernelFunc) });
  }
}

function traced(name: string, kernelFunc: tf.KernelFunc): tf.KernelFunc {
  return (call) => {
    const { executor } = call.backend as OnnxRuntimeBackend;
    const inputs = (Object.values(call.inputs) as (TensorInfo | TensorInfo[] | undefined)[]).flat();
    return (executor as TraceExecutor).during(
      name,
      inputs.filter((info) => info !== undefined && info !== null),
      () => kernelFunc(call),
    );
  };
}
