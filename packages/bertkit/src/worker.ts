/** The entry point `bertkit/worker`: what `pipeline` needs to start a worker in a page. */
import { pipelineWorker as start } from "#pipeline-worker";
import type { PipelineWorker } from "./pipeline/worker/worker-port.ts";

/** Starts the worker of a pipeline: `pipeline(task, model, { worker: pipelineWorker })`, in pages and in Node. */
export const pipelineWorker: PipelineWorker = start;
export type { PipelineWorker, StartedWorker, WorkerPort } from "./pipeline/worker/worker-port.ts";
