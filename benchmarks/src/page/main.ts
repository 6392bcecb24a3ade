// In the browser: one contender of the page benchmark, at one task.
import { useBackend, type BackendInUse, type BackendOptions } from "@bertkit/backend";
import plain from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url";
import simd from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url";
import threadedSimd from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url";

import type { Contender } from "./contender.ts";
import { framesWhileTraining } from "./frames.ts";
import { measure } from "./measure.ts";

const wasmPaths = {
  "tfjs-backend-wasm.wasm": plain,
  "tfjs-backend-wasm-simd.wasm": simd,
  "tfjs-backend-wasm-threaded-simd.wasm": threadedSimd,
};

window.contend = (contender, task) => measure(contender, task, select);
window.framesWhileTraining = framesWhileTraining;

function select(contender: Contender): Promise<BackendInUse> {
  const onTfjs = { engine: "tfjs", wasmPaths } as const;
  if (contender === "tfjs on webgl") return useBackend("webgl");
  if (contender === "tfjs on webgpu") return useBackend("webgpu", onTfjs);
  if (contender === "tfjs") return useBackend("wasm", onTfjs);
  const onEngine: BackendOptions = {
    enginePath: "/ort/",
    engine: "onnxruntime",
    ...(contender === "engine, 1 thread" ? { threads: 1 } : {}),
  };
  return useBackend(contender === "engine on webgpu" ? "webgpu" : "wasm", onEngine);
}
