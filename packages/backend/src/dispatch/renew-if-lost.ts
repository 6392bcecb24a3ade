import * as tf from "@tensorflow/tfjs-core";

/**
 * Removes a backend whose GPU is lost, so that TensorFlow.js starts it again with a new one. Tensors of the old backend
 * can still be disposed.
 * @param isLost whether the GPU of an instance is lost
 */
export function renewIfLost(backendName: string, isLost: (backend: object) => boolean): void {
  const { registry, registryFactory } = tf.engine() as unknown as {
    registry: Record<string, tf.KernelBackend>;
    registryFactory: Record<string, { factory: () => tf.KernelBackend; priority: number }>;
  };
  const backend = registry[backendName];
  const registered = registryFactory[backendName];
  if (backend === undefined || registered === undefined || !isLost(backend)) return;
  const { factory, priority } = registered;
  tf.removeBackend(backendName);
  tf.registerBackend(backendName, factory, priority);
}
