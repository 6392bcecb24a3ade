export { OnnxRuntimeBackend } from "../backend.ts";
export { backendName } from "../kernels/register-kernels.ts";
export type { Stats } from "../run/stats.ts";
export { registerOnnxRuntimeWeb, type OnnxRuntimeWebOptions } from "./register.ts";
