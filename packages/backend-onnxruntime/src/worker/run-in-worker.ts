import { Worker } from "node:worker_threads";
import { callable, checkObject, checkValue, messageOf } from "@bertkit/checks";
import { resolveOptions, type OnnxRuntimeOptions } from "../native/options.ts";
import { functionsInWorker, type ModuleInWorker } from "./functions-in-worker.ts";
import type { StartedWorker } from "./port.ts";

export interface RunInWorkerOptions extends OnnxRuntimeOptions {
  /**
   * Starts a thread that runs `@bertkit/backend-onnxruntime/module-worker`, for bundlers that need their own syntax.
   */
  readonly createWorker?: (workerData: ModuleWorkerData) => Worker;
}

/** The thread's start data. */
export interface ModuleWorkerData {
  readonly module: string;
  readonly options: OnnxRuntimeOptions;
}

/**
 * Imports a module in a worker thread that uses this backend, so that long runs do not block this thread: a server
 * keeps answering while the module's functions predict or train.
 *
 * Its exported functions may take and return values that threads can send, and tensors, also inside arrays and plain
 * objects. Arguments are copied and stay the caller's; the thread disposes its copies after the call. Results are
 * transferred without a copy: the thread loses what its functions return, so they must return clones (`tf.clone`) of
 * tensors that they keep. An exported `async function*` stays one: it runs step by step, as its results are read. Calls
 * and steps run one after the other. Errors keep their name, message, stack, `cause` and fields, and are recognized by
 * `isInstance` of the packages' error classes. A pending call keeps the process alive; the thread alone does not.
 *
 * @param module the module's URL, such as `new URL("./model.js", import.meta.url)`
 * @param options options of the backend in the thread
 * @throws the error of importing the module
 */
export async function runInWorker<Module = Record<string, (...args: unknown[]) => unknown>>(
  module: URL | string,
  given: RunInWorkerOptions = {},
): Promise<ModuleInWorker<Module>> {
  checkObject("runInWorker", "options", given, "an object of options");
  const { createWorker = startWorker, ...options } = given;
  checkValue("runInWorker", "createWorker", createWorker, callable);
  resolveOptions(options); // checked here, so that the caller gets the error
  const worker = createWorker({ module: String(module), options });
  return functionsInWorker<Module>(asStarted(worker), "runInWorker", `the thread of ${String(module)}`);
}

function asStarted(worker: Worker): StartedWorker {
  return {
    post: (message, transfer = []) => worker.postMessage(message, transfer as ArrayBuffer[]),
    onMessage: (listener) => void worker.on("message", listener),
    onEnd: (listener) => {
      worker.on("error", (error) => listener(error instanceof Error ? error : messageOf(error)));
      worker.on("exit", (code) => listener(`exit code ${code}`));
    },
    keepsAlive: (keeps) => (keeps ? worker.ref() : worker.unref()),
    end: () => worker.terminate(),
  };
}

function startWorker(workerData: ModuleWorkerData): Worker {
  return new Worker(new URL("./module-worker.js", import.meta.url), { workerData });
}
