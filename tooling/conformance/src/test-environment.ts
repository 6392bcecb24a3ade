import "@bertkit/backend-onnxruntime";
import "@tensorflow/tfjs-backend-cpu";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops";
import "@tensorflow/tfjs-core/dist/register_all_gradients";
import { setTestEnvs } from "@tensorflow/tfjs-core/dist/jasmine_util";
import { environmentName } from "./test-name.ts";

const [backendName, wasmFolder] = process.argv.slice(2) as [string, string];
setWasmPaths(wasmFolder);
setTestEnvs([{ name: environmentName, backendName, flags: {}, isDataSync: true }]);
