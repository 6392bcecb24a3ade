export { exportOnnx } from "./export-onnx.ts";
export type { OnnxExportOptions } from "./trace-to-onnx.ts";
export type { DynamicAxes } from "./trace/dynamic-axes.ts";
export type { TracedFunction } from "./trace/trace.ts";
export type { OnnxExport } from "./write/write-file-parts.ts";
