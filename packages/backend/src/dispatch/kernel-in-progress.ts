import * as tf from "@tensorflow/tfjs-core";

/** The name of the kernel that is being started, the innermost if one starts another. */
export let kernelInProgress: string | undefined;

const named: WeakSet<tf.KernelFunc> = new WeakSet();

/**
 * Makes every registered kernel of a backend set `kernelInProgress`. Kernels that are registered later need another call.
 * @param start called before each kernel with its name; may throw
 */
export function nameKernels<Backend>(backendName: string, start: (backend: Backend, kernelName: string) => void): void {
  for (const config of tf.getKernelsForBackend(backendName)) {
    const { kernelName, kernelFunc } = config;
    if (named.has(kernelFunc)) continue;
    const wrapped: tf.KernelFunc = (call) => {
      const outer = kernelInProgress;
      kernelInProgress = kernelName;
      try {
        start(call.backend as Backend, kernelName);
        return kernelFunc(call);
      } finally {
        kernelInProgress = outer;
      }
    };
    named.add(wrapped);
    tf.unregisterKernel(kernelName, backendName);
    tf.registerKernel({ ...config, kernelFunc: wrapped });
  }
}
