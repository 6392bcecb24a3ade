export type { InWorker, ModuleInWorker } from "./functions-in-worker.ts";
export { runInWorker, type ModuleWorkerData, type RunInWorkerOptions } from "./run-in-worker.ts";
