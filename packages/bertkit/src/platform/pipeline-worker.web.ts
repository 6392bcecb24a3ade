// Selected by the default condition in package.json's imports.
import { pageWorker } from "@bertkit/checks";
import type { StartedWorker } from "../pipeline/worker/worker-port.ts";

/** Starts the worker that runs a pipeline. */
export function pipelineWorker(): StartedWorker {
  return pageWorker(new Worker(new URL("./pipeline-worker.js", import.meta.url), { type: "module" }));
}
