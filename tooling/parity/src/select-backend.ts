import { useBackend, type BackendName } from "@bertkit/backend";
import * as tf from "@tensorflow/tfjs-core";

/** Selects a backend as users do, and disables its fallbacks to JavaScript. */
export async function selectBackend(name: string): Promise<void> {
  if (name === "webgpu" && typeof process !== "undefined")
    (await import("@bertkit/testing/provide-dawn")).provideDawn();
  if (name === "engine-webgpu") {
    await useBackend("webgpu", { enginePath: "/ort/", engine: "onnxruntime", threads: 1 });
    return;
  }
  if (name === "engine-wasm") {
    await useBackend("wasm", { enginePath: "/ort/", threads: 1 });
    return;
  }
  await useBackend(name as BackendName);
  // Otherwise small tensors would be computed in JavaScript, without shaders.
  if (name === "webgpu") tf.env().set("WEBGPU_CPU_FORWARD", false);
  if (name === "webgl") tf.env().set("WEBGL_CPU_FORWARD", false);
}
