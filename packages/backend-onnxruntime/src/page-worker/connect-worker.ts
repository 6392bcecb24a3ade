import { checkValue, object } from "@bertkit/checks";
import { functionsInWorker, type ModuleInWorker } from "../worker/functions-in-worker.ts";

/**
 * In a page: the functions that a worker serves by `serveFunctions`, so that the page keeps answering while they train
 * or predict. They take and return values that threads can send, and tensors, also inside arrays and plain objects: see
 * `runInWorker`, which does the same in Node. An `async function*` runs step by step, as its results are read; `break`
 * ends it.
 *
 * @param worker `new Worker(new URL("./training.ts", import.meta.url), { type: "module" })`, which bundlers recognize
 * @returns its functions, typed as `Functions`: `typeof` an object or a module
 * @throws if its script does not load, or fails before it serves
 */
export async function connectWorker<Functions>(worker: Worker): Promise<ModuleInWorker<Functions>> {
  checkValue("connectWorker", "the worker", worker, object("a Worker"));
  const started = {
    post: (message: unknown, transfer: readonly ArrayBuffer[] = []) => worker.postMessage(message, [...transfer]),
    onMessage: (listener: (message: unknown) => void) =>
      worker.addEventListener("message", (event) => listener(event.data)),
    onEnd: (listener: (reason: string) => void) =>
      worker.addEventListener("error", ({ message }) => listener(message || "its script did not load")),
    keepsAlive: () => {},
    end: () => worker.terminate(),
  };
  return functionsInWorker<Functions>(started, "connectWorker", "the worker");
}
