import { checkValue, object, pageWorker } from "@bertkit/checks";
import { functionsInWorker, type ModuleInWorker } from "../worker/functions-in-worker.ts";

/**
 * In a page: the functions that a worker serves by `serveFunctions`, so that the page keeps answering while they train
 * or predict. They take and return values that threads can send, and tensors, also inside arrays and plain objects: see
 * `runInWorker`, which does the same in Node. An `async function*` runs step by step, as its results are read; `break`
 * ends it. Errors keep their name, message, stack, `cause` and fields, and are recognized by `isInstance` of the packages'
 * error classes.
 *
 * It waits until the script calls `serveFunctions`. An error that a timer or another callback throws later does not end
 * the worker; the browser reports it in the page.
 *
 * @param worker `new Worker(new URL("./training.ts", import.meta.url), { type: "module" })`, which bundlers recognize
 * @returns its functions, typed as `Functions`: `typeof` an object or a module
 * @throws if its script does not load, or fails before it serves; the worker is then terminated
 */
export async function connectWorker<Functions>(worker: Worker): Promise<ModuleInWorker<Functions>> {
  checkValue("connectWorker", "the worker", worker, object("a Worker"));
  return functionsInWorker<Functions>(pageWorker(worker), "connectWorker", "the worker");
}
