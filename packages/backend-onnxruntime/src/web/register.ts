import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, oneOf, required, text, wholeNumber, type Rules } from "@bertkit/checks";
import { OnnxRuntimeBackend } from "../backend.ts";
import { backendName, registerKernels } from "../kernels/register-kernels.ts";
import { Executor } from "../run/executor.ts";
import { availableThreads } from "./load-ort.ts";
import { openWasm, openWebgpu } from "./open-sessions.ts";

export interface OnnxRuntimeWebOptions {
  /**
   * The folder that serves onnxruntime-web 1.30.0, such as "/ort/": `ort-wasm-simd-threaded.mjs` and `.wasm`, for WebGPU
   * `ort.webgpu.min.mjs` and `ort-wasm-simd-threaded.asyncify.mjs` and `.wasm`.
   */
  readonly path: string;
  /** "wasm" or "webgpu". Default "wasm". */
  readonly device?: "wasm" | "webgpu";
  /**
   * "float16": on WebGPU, matrix products compute in float16, and weights are stored in it, in half of the memory. Sums,
   * softmax, norms and losses stay float32, and all results are float32. Default "float32".
   */
  readonly precision?: "float32" | "float16";
  /**
   * Threads that one operator may use. Default: the browser's hardware threads, at most 4; 1 if the page is not
   * cross-origin isolated or the files come from another origin, because then threads cannot share memory.
   */
  readonly threads?: number;
  /** Maximum number of compiled graphs, least recently used dropped first. Default 32. */
  readonly cachedGraphs?: number;
  /** Approximate maximum bytes that all compiled graphs together keep for intermediate results. Default 512 MiB. */
  readonly cachedBytes?: number;
  /** Maximum bytes of weights that all compiled graphs together keep as constants; 1 for none. Default 512 MiB. */
  readonly constantBytes?: number;
  /** Number of recorded kernels that starts a run. Default 20,000. */
  readonly maxPendingNodes?: number;
  /** Bytes of disposed tensors, held only for pending kernels, that start a run. Default 256 MiB. */
  readonly maxRetiredBytes?: number;
}

const rules: Rules<OnnxRuntimeWebOptions> = {
  path: required(text),
  device: oneOf(["wasm", "webgpu"]),
  precision: oneOf(["float32", "float16"]),
  threads: wholeNumber(1),
  cachedGraphs: wholeNumber(1),
  cachedBytes: wholeNumber(1),
  constantBytes: wholeNumber(1),
  maxPendingNodes: wholeNumber(1),
  maxRetiredBytes: wholeNumber(1),
};

const mebibyte = 2 ** 20;

/**
 * Loads onnxruntime-web and registers the backend "onnxruntime" on it with TensorFlow.js, in place of one registered
 * before. On WebAssembly `dataSync` works: a run blocks its thread, so train in a worker. On WebGPU weights, moments
 * and gradients stay in buffers of the GPU, and values are only read with `await tensor.data()`.
 * @returns the number of threads
 * @throws if an option is invalid, the files do not load, or the GPU has no float16 (`shader-f16`) and it is asked for;
 *   the backend registered before stays
 */
export async function registerOnnxRuntimeWeb(options: OnnxRuntimeWebOptions): Promise<{ threads: number }> {
  checkOptions("registerOnnxRuntimeWeb", options, rules);
  const {
    path,
    device = "wasm",
    precision = "float32",
    cachedGraphs = 32,
    cachedBytes = 512 * mebibyte,
    constantBytes = 512 * mebibyte,
    maxPendingNodes = 20_000,
    maxRetiredBytes = 256 * mebibyte,
  } = options;
  const float16 = precision === "float16";
  if (float16 && device !== "webgpu")
    throw new RangeError(
      'registerOnnxRuntimeWeb: precision "float16" needs the device "webgpu", got "wasm". Leave precision out for float32.',
    );
  const available = availableThreads(path);
  const threads = Math.min(options.threads ?? available, available === 1 ? 1 : Infinity);
  const sessions = device === "webgpu" ? await openWebgpu(path, threads, float16) : await openWasm(path, threads);
  registerKernels();
  if (tf.findBackendFactory(backendName) !== null) tf.removeBackend(backendName);
  const executor = { cachedGraphs, cachedBytes, constantBytes, maxPendingNodes, maxRetiredBytes };
  tf.registerBackend(backendName, () => new OnnxRuntimeBackend(new Executor(executor, sessions)), 4);
  return { threads };
}
