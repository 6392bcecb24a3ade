export type { InWorker, ModuleInWorker } from "../worker/functions-in-worker.ts";
export { connectWorker } from "./connect-worker.ts";
export { serveFunctions } from "./serve-functions.ts";
