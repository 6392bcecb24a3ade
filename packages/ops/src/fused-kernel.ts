import * as tf from "@tensorflow/tfjs-core";

import type { FusedKernels, FusedUpdates } from "./fused-kernels.ts";

/**
 * Runs a fused kernel where the active backend has registered it; returns undefined where it has not, and the op then
 * composes TensorFlow.js kernels instead. This is how a backend gives an op a fused form without the op knowing any
 * backend.
 */
export function runFusedKernel<Name extends keyof FusedKernels>(
  name: Name,
  inputs: FusedKernels[Name]["inputs"],
  attributes: FusedKernels[Name]["attributes"],
): FusedKernels[Name]["outputs"] | undefined {
  if (tf.getKernel(name, tf.getBackend()) === undefined) return undefined;
  const result: tf.Tensor | tf.Tensor[] = tf
    .engine()
    .runKernel(name, inputs as unknown as tf.NamedTensorMap, attributes as unknown as tf.NamedAttrMap);
  return (Array.isArray(result) ? result : [result]) as unknown as FusedKernels[Name]["outputs"];
}

/**
 * Runs a fused kernel that changes variables in place where the active backend has it; false where not.
 * @param attributes are made only where there is such a kernel
 */
export function runFusedUpdate<Name extends keyof FusedUpdates>(
  name: Name,
  attributes: () => FusedUpdates[Name],
): boolean {
  const kernel = tf.getKernel(name, tf.getBackend());
  if (kernel === undefined) return false;
  // Not through the engine, which would look for new tensors and for a gradient.
  kernel.kernelFunc({ inputs: {}, backend: tf.backend(), attrs: attributes() as unknown as tf.NamedAttrMap });
  return true;
}
