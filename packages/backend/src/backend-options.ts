import { callable, checkOptions, either, object, oneOf, text, wholeNumber, type Rules } from "@bertkit/checks";
import type { CompileProgress } from "./compile-progress.ts";

const devices = ["cpu", "webgpu", "cuda", "tensorrt", "dml", "coreml", "qnn"] as const;

/** Options of `useBackend`. A backend ignores those of the others. */
export interface BackendOptions {
  /** Threads of the engine. Default in Node: the number of physical cores; in a page: at most 4, if it may have several. */
  readonly threads?: number;
  /** The ONNX Runtime execution provider of the Node backend. Default "cpu". */
  readonly device?: (typeof devices)[number];
  /** Where a bundled page serves the .wasm files of tfjs-backend-wasm: the argument of its `setWasmPaths`. */
  readonly wasmPaths?: string | Record<string, string>;
  /**
   * The folder in which a page serves onnxruntime-web 1.30.0, such as "/ort/": `ort-wasm-simd-threaded.mjs` and `.wasm`
   * for "wasm", `ort.webgpu.min.mjs` and `ort-wasm-simd-threaded.asyncify.mjs` and `.wasm` for "webgpu". With it these
   * run @bertkit/backend-onnxruntime; without it TensorFlow.js's own backends.
   */
  readonly enginePath?: string;
  /**
   * What must compute: "onnxruntime", or "tfjs" for TensorFlow.js's own backend. A backend that cannot do so is unavailable.
   * Default: "onnxruntime" where it starts, otherwise "tfjs".
   */
  readonly engine?: "onnxruntime" | "tfjs";
  /**
   * "float16": the engine on WebGPU computes matrix products in float16 and stores weights in it, in half of the memory;
   * results are float32. It needs `enginePath` and a GPU with the feature `shader-f16`: otherwise "webgpu"
   * throws, and "auto" takes another backend, which computes in float32. Default "float32".
   */
  readonly precision?: "float32" | "float16";
  /**
   * Called as WebGPU compiles shaders, which can take most of the time of a first step or prediction, to show its
   * progress. It counts those of the page, or of the worker that calls `useBackend`. Default: none.
   */
  readonly onCompile?: (progress: CompileProgress) => void;
}

const rules: Rules<BackendOptions> = {
  threads: wholeNumber(1),
  device: oneOf(devices),
  wasmPaths: either(text, object("an object of the paths by file")),
  enginePath: {
    is: "the path of a folder",
    holds: (value) => typeof value === "string" && value !== "",
    error: TypeError,
  },
  engine: oneOf(["onnxruntime", "tfjs"]),
  precision: oneOf(["float32", "float16"]),
  onCompile: callable,
};

/**
 * Runs before any backend is tried, so that a wrong option is not reported as an unavailable backend.
 * @throws on an unknown option or an invalid value
 */
export function checkBackendOptions(options: BackendOptions): void {
  checkOptions("useBackend", options, rules);
}
