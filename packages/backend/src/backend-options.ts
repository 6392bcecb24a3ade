const devices = ["cpu", "webgpu", "cuda", "tensorrt", "dml", "coreml", "qnn"] as const;

/** What a caller may ask of the backends; each takes what concerns it. */
export interface CandidateOptions {
  /** Threads of the Node backend; by default the physical cores. */
  threads?: number;
  /** What the Node backend computes on: an execution provider of ONNX Runtime. "cpu" by default. */
  device?: (typeof devices)[number];
  /** Folder or files of tfjs-backend-wasm's .wasm binaries, for bundled pages: what its `setWasmPaths` takes. */
  wasmPaths?: string | Record<string, string>;
}

const rules: Record<keyof CandidateOptions, { rule: string; holds(value: unknown): boolean }> = {
  threads: { rule: "a whole number from 1", holds: (value) => Number.isInteger(value) && (value as number) >= 1 },
  device: {
    rule: `one of ${devices.join(", ")}`,
    holds: (value) => devices.includes(value as (typeof devices)[number]),
  },
  wasmPaths: {
    rule: "a path, or an object of the paths by file",
    holds: (value) => typeof value === "string" || (typeof value === "object" && value !== null),
  },
};

/**
 * Before any backend is tried, so that a mistake of the caller's is not taken for a backend that cannot run here.
 * @throws for an option that there is none of, and for a value that makes no sense
 */
export function checkOptions(options: CandidateOptions): void {
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(rules, name))
      throw new TypeError(`useBackend: no option is called ${name}. Use ${Object.keys(rules).join(", ")}.`);
    const { rule, holds } = rules[name as keyof CandidateOptions];
    if (value === undefined || holds(value)) continue;
    const got = typeof value === "string" ? `"${value}"` : String(value);
    throw new RangeError(`useBackend: ${name} must be ${rule}, got ${got}. Leave it out for the default.`);
  }
}
