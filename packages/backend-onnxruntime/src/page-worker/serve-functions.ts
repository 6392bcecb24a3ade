import { checkValue, object } from "@bertkit/checks";
import { answerCalls } from "../worker/answer-calls.ts";
import type { Port } from "../worker/port.ts";

/**
 * In a worker of a page: lets the page call functions by `connectWorker`. Select the backend before, or in a function.
 *
 * @param functions by name; a module's, `import * as functions`, fit too
 * @throws if there is no page to serve
 */
export function serveFunctions(functions: object): void {
  checkValue("serveFunctions", "the functions", functions, object("an object of functions"));
  const worker = globalThis as unknown as Worker;
  if (typeof document !== "undefined" || typeof worker.postMessage !== "function")
    throw new Error("serveFunctions: this is not a worker of a page. Call it in the script that new Worker(…) loads.");
  const port: Port = {
    post: (message, transfer = []) => worker.postMessage(message, [...transfer]),
    onMessage: (listener) => worker.addEventListener("message", (event) => listener(event.data)),
  };
  answerCalls(functions as Readonly<Record<string, unknown>>, port, "serveFunctions");
}
