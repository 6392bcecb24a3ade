// Selected by the "node" condition in package.json's imports.
import { messageOf } from "@bertkit/checks";
import { Worker } from "node:worker_threads";
import type { StartedWorker } from "../pipeline/worker/worker-port.ts";

/** Starts the thread that runs a pipeline. */
export function pipelineWorker(): StartedWorker {
  const worker = new Worker(new URL("./pipeline-worker.js", import.meta.url));
  return {
    post: (message, transfer = []) => worker.postMessage(message, transfer as ArrayBuffer[]),
    onMessage: (listener) => void worker.on("message", listener),
    onEnd: (listener) => {
      worker.on("error", (error) => listener(messageOf(error)));
      worker.on("exit", (code) => listener(`exit code ${code}`));
    },
    keepsAlive: (keeps) => (keeps ? worker.ref() : worker.unref()),
    end: () => void worker.terminate(),
  };
}
