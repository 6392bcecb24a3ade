import * as tf from "@tensorflow/tfjs";
import { OnnxRuntimeBackend } from "../../backend.ts";
import { backendName, registerKernels } from "../../kernels/register-kernels.ts";
import { nativeSessions } from "../../native/native-session.ts";
import { Executor } from "../../run/executor.ts";
import type { Sessions } from "../../run/session.ts";
import { openOrt } from "../../web/__fixtures__/open-ort.ts";
import { wasmSessions } from "../../web/wasm-session.ts";

export const cpuRuntimes = ["onnxruntime-node", "onnxruntime-web"] as const;

async function cpuSessions(runtime: (typeof cpuRuntimes)[number]): Promise<Sessions> {
  return runtime === "onnxruntime-node"
    ? nativeSessions({ threads: 1, spinMicroseconds: 0 })
    : wasmSessions(await openOrt());
}

/**
 * Selects a backend that computes the graphs of WebGPU on the CPU, whose kernels of ONNX Runtime also have float16, or
 * convert to float32 and back.
 */
export async function useCpuForGraphsOfWebgpu(
  runtime: (typeof cpuRuntimes)[number],
  precision: "float32" | "float16",
): Promise<OnnxRuntimeBackend> {
  const sessions = { ...(await cpuSessions(runtime)), onWebgpu: true, float16: precision === "float16" };
  const limits = { cachedBytes: 2 ** 28, constantBytes: 2 ** 28, maxRetiredBytes: 2 ** 28 };
  const backend = new OnnxRuntimeBackend(
    new Executor({ cachedGraphs: 32, maxPendingNodes: 20_000, ...limits }, sessions),
  );
  registerKernels();
  if (tf.findBackendFactory(backendName) !== null) tf.removeBackend(backendName);
  tf.registerBackend(backendName, () => backend);
  await tf.setBackend(backendName);
  return backend;
}
