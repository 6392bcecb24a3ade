import { messageOf } from "@bertkit/checks";
import type { ExternalConstant, Session, Sessions, SessionTensor } from "../run/session.ts";

export interface NativeOptions {
  /** Threads that one operator may use. */
  threads: number;
  /** How long idle threads spin during a run before they sleep, in microseconds. */
  spinMicroseconds: number;
  /** Writes an ONNX Runtime profile of every run to this path prefix. */
  profile?: string | undefined;
  /**
   * ONNX Runtime's execution provider, by default the CPU's; the CPU runs nodes that the provider has no kernel for.
   */
  device?: string | undefined;
}

interface NativeInferenceSession {
  loadModel(buffer: ArrayBufferLike, offset: number, length: number, options: object): void;
  run(feeds: Record<string, SessionTensor>, fetches: Record<string, SessionTensor | null>, options: object): unknown;
  endProfiling(): void;
  dispose(): void;
}

interface NativeBinding {
  listSupportedBackends(): { name: string; bundled: boolean }[];
  InferenceSession: new () => NativeInferenceSession;
}

/**
 * The first output of every model, of a type that the binding cannot convert to JavaScript. ONNX Runtime fills the
 * preallocated outputs; then the binding starts to copy each into a new ArrayBuffer, reaches this one first and throws.
 * The results are already in the preallocated memory, so the copies (0.7 ms per megabyte) are avoided.
 */
export const stopName = "stop";
const stopMessage = /Tensor type \(16\) is not supported/;

const none: object = Object.freeze({});
let binding: NativeBinding | undefined;

/**
 * One compiled model. Unlike onnxruntime-node's public API it runs synchronously, which tf.Tensor.dataSync requires.
 */
export class NativeSession implements Session {
  readonly #session: NativeInferenceSession;

  constructor(
    model: Uint8Array,
    options: NativeOptions,
    keepsMemory: boolean,
    external: readonly ExternalConstant[] = [],
  ) {
    binding ??= loadBinding();
    this.#session = new binding.InferenceSession();
    this.#session.loadModel(model.buffer, model.byteOffset, model.byteLength, {
      executionProviders: options.device === undefined || options.device === "cpu" ? ["cpu"] : [options.device, "cpu"],
      intraOpNumThreads: options.threads,
      interOpNumThreads: 1,
      executionMode: "sequential",
      // Levels above "basic" fuse a sum with the norm after it, which is four times slower than both alone, and compile
      // more slowly.
      graphOptimizationLevel: "basic",
      enableMemPattern: false,
      enableCpuMemArena: keepsMemory,
      logSeverityLevel: 4, // errors are thrown; nothing needs to be printed
      extra: {
        session: { intra_op: spinning(options.spinMicroseconds), force_spinning_stop: "1" },
        // Constant folding would keep every tensor of zeros in memory, once per compiled graph; the graphs have nothing
        // else to fold.
        optimization: { disable_specified_optimizers: "ConstantFolding" },
      },
      externalData: external.map(({ location, bytes }) => ({ path: location, data: bytes })),
      ...(options.profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: options.profile }),
    });
  }

  /** Runs the model; each result is written into its fetch's memory. `fetches` must include the stop output. */
  run(feeds: Record<string, SessionTensor>, fetches: Record<string, SessionTensor | null>): void {
    try {
      this.#session.run(feeds, fetches, none);
    } catch (error) {
      if (!(error instanceof Error && stopMessage.test(error.message))) throw error;
    }
  }

  /** Runs a model without a stop output; results have new memory, and any shape. */
  runFree(feeds: Record<string, SessionTensor>, outputs: readonly string[]): Record<string, SessionTensor> {
    const fetches = Object.fromEntries(outputs.map((name) => [name, null]));
    return this.#session.run(feeds, fetches, none) as Record<string, SessionTensor>;
  }

  endProfiling(): void {
    this.#session.endProfiling();
  }

  dispose(): void {
    this.#session.dispose();
  }
}

/** Sessions on Node's native library. */
export function nativeSessions(options: NativeOptions): Sessions {
  return {
    firstOutput: stopName,
    onWebgpu: options.device === "webgpu",
    readsMemory: options.device === undefined || options.device === "cpu",
    open: (model, keepsMemory, external) => new NativeSession(model, options, keepsMemory, external),
  };
}

/** By ONNX Runtime's configuration names. */
function spinning(microseconds: number): Record<string, string> {
  return microseconds === 0 ? { allow_spinning: "0" } : { allow_spinning: "1", spin_duration_us: String(microseconds) };
}

/** The execution providers of the installed onnxruntime-node. */
export function nativeDevices(): readonly string[] {
  binding ??= loadBinding();
  return binding.listSupportedBackends().map(({ name }) => name);
}

function loadBinding(): NativeBinding {
  // Not a static import: webpack would handle createRequire itself, and look for the native library in its bundle.
  const { createRequire } = process.getBuiltinModule("node:module");
  try {
    const require = createRequire(import.meta.url);
    // The binding is internal to onnxruntime-node; the version is pinned in package.json for that reason.
    const beside = createRequire(require.resolve("onnxruntime-node"));
    const internal = beside("./binding.js") as { binding: NativeBinding; initOrt(): void };
    internal.initOrt();
    return internal.binding;
  } catch (error) {
    const reason = messageOf(error);
    throw new Error(
      `backend-onnxruntime: onnxruntime-node's native library does not load on ${process.platform} ${process.arch}: "${reason}". ` +
        "Install onnxruntime-node 1.30.0 (Linux, macOS or Windows, x64 or arm64; glibc on Linux), with ONNXRUNTIME_NODE_INSTALL=skip if its download of CUDA libraries fails.",
      { cause: error },
    );
  }
}
