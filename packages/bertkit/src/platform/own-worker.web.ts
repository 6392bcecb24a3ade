// Selected by the default condition in package.json's imports.
import type { PipelineWorker } from "../pipeline/worker/worker-port.ts";

/**
 * None: bundlers build a worker for every page that could start one, needed or not, and Vite before version 8 fails to
 * unless it is configured. So a page passes `pipelineWorker` itself.
 */
export const ownWorker: PipelineWorker | undefined = undefined;
