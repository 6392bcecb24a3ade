import * as tf from "@tensorflow/tfjs-core";
import { OnnxRuntimeBackend } from "./backend.ts";
import { backendName, registerKernels } from "./kernels/register-kernels.ts";
import { checkDevice } from "./native/device.ts";
import { nativeExecutor } from "./native/native-executor.ts";
import { garbage, resolveOptions, type OnnxRuntimeOptions } from "./native/options.ts";

/**
 * Registers the backend with TensorFlow.js, replacing one registered before with other options.
 * @throws if an option is invalid or the device does not run here; the backend registered before stays
 */
export function registerOnnxRuntime(options: OnnxRuntimeOptions = {}): void {
  const resolved = resolveOptions(options);
  checkDevice(options.device ?? "cpu");
  garbage.collected = options.collectGarbage ?? false;
  registerKernels();
  if (tf.findBackendFactory(backendName) !== null) tf.removeBackend(backendName);
  tf.registerBackend(backendName, () => new OnnxRuntimeBackend(nativeExecutor(resolved)), 4);
}
