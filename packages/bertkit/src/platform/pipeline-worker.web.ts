// Selected by the default condition in package.json's imports.
import type { StartedWorker } from "../pipeline/worker/worker-port.ts";

/** Starts the worker that runs a pipeline. */
export function pipelineWorker(): StartedWorker {
  const worker = new Worker(new URL("./pipeline-worker.js", import.meta.url), { type: "module" });
  return {
    post: (message, transfer = []) => worker.postMessage(message, transfer as ArrayBuffer[]),
    onMessage: (listener) => worker.addEventListener("message", (event) => listener(event.data)),
    onEnd: (listener) =>
      worker.addEventListener("error", (event) => listener(event.message || "its script did not load")),
    keepsAlive: () => {},
    end: () => worker.terminate(),
  };
}
