import { findBackendFactory } from "@tensorflow/tfjs-core";
import { registerFileSystem } from "./io/file-system.ts";
import { backendName } from "./kernels/register-kernels.ts";
import { registerOnnxRuntime } from "./register.ts";

export { OnnxRuntimeBackend } from "./backend.ts";
export { backendName } from "./kernels/register-kernels.ts";
export type { Device } from "./native/device.ts";
export { physicalCores, type OnnxRuntimeOptions } from "./native/options.ts";
export { registerOnnxRuntime } from "./register.ts";
export type { Stats } from "./run/stats.ts";

registerFileSystem();
// As with tfjs's own backends, importing the package is what registers it.
if (findBackendFactory(backendName) === null) registerOnnxRuntime();
