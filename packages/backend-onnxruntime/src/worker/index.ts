export {
  runInWorker,
  type InWorker,
  type ModuleInWorker,
  type ModuleWorkerData,
  type RunInWorkerOptions,
} from "./run-in-worker.ts";
