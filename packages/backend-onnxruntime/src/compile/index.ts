export { compile, type CompiledFunction, type CompileOptions } from "./compile.ts";
export { quantizeVariable } from "../quantize/quantize-variable.ts";
export type { CompiledOutput } from "./results.ts";
export type { DynamicAxes } from "../export/trace/dynamic-axes.ts";
