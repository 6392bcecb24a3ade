import type { Session, Sessions, SessionTensor } from "../run/session.ts";

export interface NativeOptions {
  /** Threads that one operator may use. */
  threads: number;
  /** How long threads without work wait actively during a run, in microseconds. */
  spinMicroseconds: number;
  /** Writes an ONNX Runtime profile of every run to this path prefix. */
  profile?: string | undefined;
  /** ONNX Runtime's execution provider, the CPU's by default; the CPU takes what it has no kernel for. */
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
 * The first output of every model: a type that the binding cannot hand to JavaScript. ONNX Runtime fills the
 * preallocated outputs, then the binding starts to copy each of them into a fresh ArrayBuffer, meets this one first
 * and throws. The results are already where they belong, so the copies (0.7 ms a megabyte) are saved.
 */
export const stopName = "stop";
const stopMessage = /Tensor type \(16\) is not supported/;

const none: object = Object.freeze({});
let binding: NativeBinding | undefined;

/** One compiled model. Unlike onnxruntime-node's public API it runs synchronously, as tf.Tensor.dataSync needs. */
export class NativeSession implements Session {
  readonly #session: NativeInferenceSession;

  constructor(model: Uint8Array, options: NativeOptions, keepsMemory: boolean) {
    binding ??= loadBinding();
    this.#session = new binding.InferenceSession();
    this.#session.loadModel(model.buffer, model.byteOffset, model.byteLength, {
      executionProviders: options.device === undefined || options.device === "cpu" ? ["cpu"] : [options.device, "cpu"],
      intraOpNumThreads: options.threads,
      interOpNumThreads: 1,
      executionMode: "sequential",
      // Beyond "basic" it would fuse a sum with the norm after it, which is four times slower than the two; compiling takes longer.
      graphOptimizationLevel: "basic",
      enableMemPattern: false,
      enableCpuMemArena: keepsMemory,
      logSeverityLevel: 4, // what fails is thrown; nothing needs printing as well
      extra: {
        session: { intra_op: spinning(options.spinMicroseconds), force_spinning_stop: "1" },
        // Folding would keep every tensor of zeros in memory, once a compiled graph; the graphs hold nothing else to fold.
        optimization: { disable_specified_optimizers: "ConstantFolding" },
      },
      ...(options.profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: options.profile }),
    });
  }

  /** Runs the model; every fetch receives its result in its own memory. `fetches` must name the stop output. */
  run(feeds: Record<string, SessionTensor>, fetches: Record<string, SessionTensor | null>): void {
    try {
      this.#session.run(feeds, fetches, none);
    } catch (error) {
      if (!(error instanceof Error && stopMessage.test(error.message))) throw error;
    }
  }

  /** Runs a model without a stop output; results of whatever shape come in memory of their own. */
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
    open: (model, keepsMemory) => new NativeSession(model, options, keepsMemory),
  };
}

/** As ONNX Runtime's configuration has it. */
function spinning(microseconds: number): Record<string, string> {
  return microseconds === 0 ? { allow_spinning: "0" } : { allow_spinning: "1", spin_duration_us: String(microseconds) };
}

/** The execution providers that the installed onnxruntime-node can be asked for. */
export function nativeDevices(): readonly string[] {
  binding ??= loadBinding();
  return binding.listSupportedBackends().map(({ name }) => name);
}

function loadBinding(): NativeBinding {
  // Not imported: webpack would take createRequire for its own, and look for the native library in its bundle.
  const { createRequire } = process.getBuiltinModule("node:module");
  try {
    const require = createRequire(import.meta.url);
    // The binding is internal to onnxruntime-node; the version is pinned in package.json for that reason.
    const beside = createRequire(require.resolve("onnxruntime-node"));
    const internal = beside("./binding.js") as { binding: NativeBinding; initOrt(): void };
    internal.initOrt();
    return internal.binding;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `backend-onnxruntime: the native part of onnxruntime-node does not load on ${process.platform} ${process.arch}, got "${reason}". ` +
        "Install onnxruntime-node 1.30.0 (Linux, macOS or Windows, x64 or arm64; glibc on Linux), with ONNXRUNTIME_NODE_INSTALL=skip where its download of CUDA libraries fails.",
      { cause: error },
    );
  }
}
