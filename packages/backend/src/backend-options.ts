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
   * run @bertkit/backend-onnxruntime, "webgpu" only with `engine: "onnxruntime"`; without it TensorFlow.js's own backends.
   */
  readonly enginePath?: string;
  /**
   * "tfjs" for TensorFlow.js's own backend also where the engine could run. Default "onnxruntime" where it can, but on
   * WebGPU "tfjs".
   */
  readonly engine?: "onnxruntime" | "tfjs";
}

const rules: Record<keyof BackendOptions, { rule: string; holds(value: unknown): boolean }> = {
  threads: { rule: "a whole number from 1", holds: (value) => Number.isInteger(value) && (value as number) >= 1 },
  device: {
    rule: `one of ${devices.join(", ")}`,
    holds: (value) => devices.includes(value as (typeof devices)[number]),
  },
  wasmPaths: {
    rule: "a path, or an object of the paths by file",
    holds: (value) => typeof value === "string" || (typeof value === "object" && value !== null),
  },
  enginePath: { rule: "the path of a folder", holds: (value) => typeof value === "string" && value !== "" },
  engine: { rule: '"onnxruntime" or "tfjs"', holds: (value) => value === "onnxruntime" || value === "tfjs" },
};

/**
 * Runs before any backend is tried, so that a wrong option is not reported as an unavailable backend.
 * @throws on an unknown option or an invalid value
 */
export function checkOptions(options: BackendOptions): void {
  if (typeof options !== "object" || options === null)
    throw new TypeError(`useBackend: the options must be an object, got ${String(options)}. Pass { threads: 2 }.`);
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(rules, name))
      throw new TypeError(`useBackend: unknown option ${name}. Use ${Object.keys(rules).join(", ")}.`);
    const { rule, holds } = rules[name as keyof BackendOptions];
    if (value === undefined || holds(value)) continue;
    const got = typeof value === "string" ? `"${value}"` : String(value);
    throw new RangeError(`useBackend: ${name} must be ${rule}, got ${got}. Leave it out for the default.`);
  }
}
