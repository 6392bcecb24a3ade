// One contender on WebGPU in Node, at one task: `node-program.ts CONTENDER TASK`, both as JSON. Prints what was measured.
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { useBackend } from "@bertkit/backend";
import { backendName } from "@bertkit/backend-onnxruntime";
import { registerOnnxRuntimeWeb } from "@bertkit/backend-onnxruntime/web";
import { provideDawn } from "@bertkit/testing/provide-dawn";
import * as tf from "@tensorflow/tfjs";

import type { Contender, Task } from "./contender.ts";
import { measure } from "./measure.ts";

const [contender, task] = process.argv.slice(2).map((text) => JSON.parse(text) as unknown) as [Contender, Task];
if (contender !== "onnxruntime-node on webgpu") provideDawn();
const measured = await measure(contender, task, select);
// process.exit would wait until V8 has optimized all of onnxruntime-web's code.
process.stdout.write(`${JSON.stringify(measured)}\n`, () => process.kill(process.pid, "SIGKILL"));

async function select(chosen: Contender): Promise<{ readonly reason: string }> {
  if (chosen === "onnxruntime-node on webgpu") return useBackend("node", { device: "webgpu" });
  if (chosen === "tfjs on webgpu") return useBackend("webgpu", { engine: "tfjs" });
  const file = createRequire(import.meta.url).resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm");
  await registerOnnxRuntimeWeb({ path: pathToFileURL(dirname(file)).href, device: "webgpu" });
  await tf.setBackend(backendName);
  return { reason: "onnxruntime-web on Dawn" };
}
