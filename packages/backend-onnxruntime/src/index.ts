import { findBackendFactory } from "@tensorflow/tfjs-core";
import { backendName, registerOnnxRuntime } from "./register.ts";

export { OnnxRuntimeBackend } from "./backend.ts";
export { type Device } from "./device.ts";
export { type DynamicAxes } from "./export/dynamic-axes.ts";
export { exportOnnx, type OnnxExportOptions } from "./export/export-onnx.ts";
export { type TracedFunction } from "./export/trace.ts";
export { type OnnxExport } from "./export/write-file-parts.ts";
export { physicalCores, type OnnxRuntimeOptions } from "./options.ts";
export { backendName, registerOnnxRuntime } from "./register.ts";
export { compile, type CompileOptions } from "./compile/compile.ts";
export { type CompiledOutput } from "./compile/results.ts";
export { type Stats } from "./graph/executor.ts";
export {
  runInWorker,
  type InWorker,
  type ModuleInWorker,
  type ModuleWorkerData,
  type RunInWorkerOptions,
} from "./worker/run-in-worker.ts";

// As with tfjs's own backends, importing the package is what registers it.
if (findBackendFactory(backendName) === null) registerOnnxRuntime();
