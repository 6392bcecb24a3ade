import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { OnnxRuntimeBackend } from "../../backend.ts";
import { backendName, registerKernels } from "../../kernels/register-kernels.ts";
import { Executor } from "../../run/executor.ts";
import type { Heap } from "../heap.ts";
import { loadOrt } from "../load-ort.ts";
import type { Ort } from "../ort-module.ts";
import { wasmSessions } from "../wasm-session.ts";

const file = createRequire(import.meta.url).resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm");

/** A page's WebAssembly module in Node, which cannot fetch files as a page does. */
export function openOrt(): Promise<Ort> {
  return loadOrt({ path: pathToFileURL(dirname(file)).href, threads: 1, binary: readFileSync(file) });
}

/** Makes a page's backend TensorFlow.js's active backend. */
export async function useWasmSessions(): Promise<{ backend: OnnxRuntimeBackend; heap: Heap; ort: Ort }> {
  const ort = await openOrt();
  const sessions = wasmSessions(ort);
  registerKernels();
  if (tf.findBackendFactory(backendName) !== null) tf.removeBackend(backendName);
  const executor = new Executor(
    { cachedGraphs: 32, cachedBytes: 2 ** 28, constantBytes: 2 ** 28, maxPendingNodes: 20_000, maxRetiredBytes: 2 ** 28 },
    sessions,
  );
  const backend = new OnnxRuntimeBackend(executor);
  tf.registerBackend(backendName, () => backend);
  await tf.setBackend(backendName);
  return { backend, heap: sessions.memory, ort };
}
