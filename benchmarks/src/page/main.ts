// In the browser: one contender of the page benchmark, at one task.
import { useBackend, type BackendInUse, type BackendOptions } from "@bertkit/backend";
import plain from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url";
import simd from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url";
import threadedSimd from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url";

import { memoryBytes } from "./backend-memory.ts";
import { forward, texts, training } from "./bertkit-tasks.ts";
import type { Contender } from "./contender.ts";
import { framesWhileTraining } from "./frames.ts";
import { matrixRate } from "./matrix-rate.ts";
import { prepareJax, transformersTexts } from "./other-libraries.ts";
import { timed } from "./timed.ts";

const wasmPaths = {
  "tfjs-backend-wasm.wasm": plain,
  "tfjs-backend-wasm-simd.wasm": simd,
  "tfjs-backend-wasm-threaded-simd.wasm": threadedSimd,
};

window.contend = async (contender, task) => {
  if (contender === "transformers.js")
    return timed(task.calls, await transformersTexts(task.texts!), "onnxruntime-web");
  if (contender === "jax-js" || contender === "jax-js on webgpu") {
    const jax = await prepareJax(task, contender === "jax-js" ? "wasm" : "webgpu");
    return { ...(await timed(task.calls, jax.training, "jax-js 0.1.25, jit")), matrixGflops: await jax.matrixRate() };
  }
  const { reason } = await select(contender);
  const prepare = { train: training, forward, texts }[task.kind];
  const measured = await timed(task.calls, await prepare(task), reason);
  return { ...measured, memoryBytes: memoryBytes(), matrixGflops: await matrixRate() };
};

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
