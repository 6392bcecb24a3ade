import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import "@bertkit/backend-onnxruntime";
import { registerOnnxRuntimeWeb } from "@bertkit/backend-onnxruntime/web";
import "@tensorflow/tfjs-backend-cpu";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops";
import "@tensorflow/tfjs-core/dist/register_all_gradients";
import { setTestEnvs } from "@tensorflow/tfjs-core/dist/jasmine_util";
import { environmentName, registeredName } from "./test-name.ts";

const [name, wasmFolder] = process.argv.slice(2) as [string, string];
setWasmPaths(wasmFolder);
if (name === "engine-wasm") await registerAsInPage();
setTestEnvs([{ name: environmentName, backendName: registeredName(name), flags: {}, isDataSync: true }]);

async function registerAsInPage(): Promise<void> {
  const file = createRequire(import.meta.url).resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm");
  // Node's own fetch reads no files.
  globalThis.fetch = async (url) =>
    new Response(readFileSync(fileURLToPath(url as string)), { headers: { "content-type": "application/wasm" } });
  await registerOnnxRuntimeWeb({ path: pathToFileURL(dirname(file)).href });
}
