import { createRequire } from "node:module";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { registerOnnxRuntimeWeb } from "@bertkit/backend-onnxruntime/web";
import { provideDawn } from "@bertkit/testing/provide-dawn";
import * as tf from "@tensorflow/tfjs";

/** Selects the engine on WebGPU in Node, through Dawn. */
export async function useDawnEngine(precision: "float16" | "float32"): Promise<void> {
  provideDawn();
  const engine = createRequire(createRequire(import.meta.url).resolve("@bertkit/backend-onnxruntime"));
  const path = pathToFileURL(dirname(engine.resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm"))).href;
  await registerOnnxRuntimeWeb({ path, device: "webgpu", precision });
  await tf.setBackend("onnxruntime");
}
