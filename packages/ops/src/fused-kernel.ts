import { callable, checkObject, checkTensors, checkText, checkValue } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";

import type { FusedKernels, FusedUpdates } from "./fused-kernels.ts";

/**
 * Runs a fused kernel of the active backend. Returns undefined if the backend has not registered it; the op then
 * composes TensorFlow.js kernels.
 */
export function runFusedKernel<Name extends keyof FusedKernels>(
  name: Name,
  inputs: FusedKernels[Name]["inputs"],
  attributes: FusedKernels[Name]["attributes"],
): FusedKernels[Name]["outputs"] | undefined {
  checkText("runFusedKernel", "name", name, "Pass a kernel's name, such as BertkitLayerNorm.");
  checkObject("runFusedKernel", "inputs", inputs, "an object of tensors");
  checkObject("runFusedKernel", "attributes", attributes, "an object of attributes");
  if (tf.getKernel(name, tf.getBackend()) === undefined) return undefined;
  checkTensors("runFusedKernel", inputs);
  const result: tf.Tensor | tf.Tensor[] = tf
    .engine()
    .runKernel(name, inputs as unknown as tf.NamedTensorMap, attributes as unknown as tf.NamedAttrMap);
  return (Array.isArray(result) ? result : [result]) as unknown as FusedKernels[Name]["outputs"];
}

/**
 * Runs a fused kernel that updates variables in place. Returns false if the backend has not registered it.
 * @param attributes called only if the backend has the kernel
 */
export function runFusedUpdate<Name extends keyof FusedUpdates>(
  name: Name,
  attributes: () => FusedUpdates[Name],
): boolean {
  checkText("runFusedUpdate", "name", name, "Pass a kernel's name, such as BertkitAdam.");
  checkValue("runFusedUpdate", "attributes", attributes, callable, "Pass a function that gives the attributes.");
  const kernel = tf.getKernel(name, tf.getBackend());
  if (kernel === undefined) return false;
  // Bypasses the engine, which expects output tensors and a gradient.
  kernel.kernelFunc({ inputs: {}, backend: tf.backend(), attrs: attributes() as unknown as tf.NamedAttrMap });
  return true;
}
