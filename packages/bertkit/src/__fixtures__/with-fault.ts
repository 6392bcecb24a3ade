import * as tf from "@tensorflow/tfjs-core";

/** Makes a kernel's result wrong. Gets and returns the values of one output; may return the same array, unchanged. */
export type Fault = (values: Float32Array, output: tf.TensorInfo, inputs: readonly tf.TensorInfo[]) => ArrayLike<number>;

/** Runs with a kernel of the active backend whose results are made wrong. `changed`: whether any number differed. */
export async function withFault<T>(
  kernelName: string,
  fault: Fault,
  run: () => Promise<T>,
): Promise<{ result: T; changed: boolean }> {
  const backendName = tf.getBackend();
  const kernel = tf.getKernel(kernelName, backendName);
  const replace = (config: tf.KernelConfig): void => {
    tf.unregisterKernel(kernelName, backendName);
    tf.registerKernel(config);
  };
  let changed = false;
  const damaged = (output: tf.TensorInfo, inputs: readonly tf.TensorInfo[]): tf.TensorInfo => {
    const { dataId, shape, dtype } = output;
    const backend = tf.backend();
    const right = (backend.readSync(dataId) as Float32Array).slice();
    const wrong = right.slice();
    wrong.set(fault(wrong, output, inputs));
    changed ||= wrong.some((value, i) => value !== right[i]);
    const written = { dataId: backend.write(wrong, shape, dtype), shape, dtype };
    backend.disposeData(dataId);
    return written;
  };
  replace({
    ...kernel,
    kernelFunc: (given) => {
      const inputs = Object.values(given.inputs).flat() as tf.TensorInfo[];
      const result = kernel.kernelFunc(given);
      return Array.isArray(result) ? result.map((one) => damaged(one, inputs)) : damaged(result, inputs);
    },
  });
  try {
    return { result: await run(), changed };
  } finally {
    replace(kernel);
  }
}
