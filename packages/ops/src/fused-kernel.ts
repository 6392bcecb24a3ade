import * as tf from "@tensorflow/tfjs-core";

/**
 * Runs the kernel `name` where the active backend has registered it; returns undefined where it has not,
 * and the op then composes TensorFlow.js kernels instead. This is how a backend gives an op a fused form
 * without the op knowing any backend.
 */
export function runFusedKernel(
  name: string,
  inputs: Record<string, tf.Tensor>,
  attributes: Record<string, unknown> = {},
): tf.Tensor[] | undefined {
  if (tf.getKernel(name, tf.getBackend()) === undefined) return undefined;
  const result: tf.Tensor | tf.Tensor[] = tf.engine().runKernel(name, inputs, attributes as unknown as tf.NamedAttrMap);
  return Array.isArray(result) ? result : [result];
}
