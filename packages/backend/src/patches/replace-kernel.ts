import * as tf from "@tensorflow/tfjs-core";

const replaced: Set<string> = new Set();

/**
 * Replaces a kernel of a backend, once.
 * @param make gets the original kernel, to call where that one is correct
 */
export function replaceKernel(
  kernelName: string,
  backendName: string,
  make: (original: tf.KernelFunc) => tf.KernelFunc,
): void {
  const key = `${backendName}/${kernelName}`;
  const original = tf.getKernel(kernelName, backendName);
  if (replaced.has(key) || original === undefined) return;
  replaced.add(key);
  tf.unregisterKernel(kernelName, backendName);
  tf.registerKernel({ ...original, kernelFunc: make(original.kernelFunc) });
}

/** Calls kernels of one backend by name and frees the intermediate results. */
export class KernelCalls {
  readonly #backend: tf.KernelBackend;
  readonly #backendName: string;
  readonly #temporary: tf.TensorInfo[] = [];

  constructor(backend: unknown, backendName: string) {
    this.#backend = backend as tf.KernelBackend;
    this.#backendName = backendName;
  }

  call(name: string, inputs: Record<string, tf.TensorInfo>, attrs: object = {}): tf.TensorInfo {
    const kernel = tf.getKernel(name, this.#backendName);
    if (kernel === undefined)
      throw new Error(`useBackend: ${this.#backendName} has no kernel ${name}. Use @tensorflow/tfjs 4.22.`);
    const result = kernel.kernelFunc({
      inputs,
      attrs: attrs as tf.NamedAttrMap,
      backend: this.#backend,
    }) as tf.TensorInfo;
    this.#temporary.push(result);
    return result;
  }

  /** Frees all results but this one. */
  finish(result: tf.TensorInfo): tf.TensorInfo {
    for (const info of this.#temporary) if (info.dataId !== result.dataId) this.#backend.disposeData(info.dataId);
    return result;
  }
}
