import { Worker } from "node:worker_threads";
import { callable, checkValue } from "@bertkit/checks";
import { resolveOptions, type OnnxRuntimeOptions } from "../native/options.ts";
import { pack, unpack } from "./message.ts";

type AnyFunction = (...args: never[]) => unknown;

/** The functions that a module exports, as another thread calls them. */
export type InWorker<Module> = {
  readonly [Name in keyof Module as Module[Name] extends AnyFunction ? Name : never]: Module[Name] extends (
    ...args: infer Args
  ) => infer Result
    ? (...args: Args) => Promise<Awaited<Result>>
    : never;
};

export interface ModuleInWorker<Module> {
  readonly functions: InWorker<Module>;
  /** Ends the thread; pending calls are rejected. */
  close(): Promise<void>;
}

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

interface Answer {
  names?: string[];
  id?: number;
  result?: unknown;
  error?: Error;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/**
 * Imports a module in a worker thread that uses this backend, so that long runs do not block this thread: a server
 * keeps answering while the module's functions predict or train.
 *
 * Its exported functions may take and return values that threads can send, and tensors, also inside arrays and plain
 * objects. Arguments are copied and stay the caller's; the thread disposes its copies after the call. Results are
 * transferred without a copy: the thread loses what its functions return, so they must return clones (`tf.clone`) of
 * tensors that they keep. Calls run one after the other. A pending call keeps the process alive; the thread alone does
 * not.
 *
 * @param module the module's URL, such as `new URL("./model.js", import.meta.url)`
 * @param options options of the backend in the thread
 * @throws the error of importing the module
 */
export async function runInWorker<Module = Record<string, (...args: unknown[]) => unknown>>(
  module: URL | string,
  given: RunInWorkerOptions = {},
): Promise<ModuleInWorker<Module>> {
  const { createWorker = startWorker, ...options } = given;
  checkValue("runInWorker", "createWorker", createWorker, callable);
  resolveOptions(options); // checked here, so that the caller gets the error
  const worker = createWorker({ module: String(module), options });
  const waiting = new Map<number, Waiting>();
  let calls = 0;
  let gone: Error | undefined;

  const names = await new Promise<string[]>((resolve, reject) => {
    const end = (error: Error): void => {
      gone ??= error;
      reject(gone);
      for (const call of waiting.values()) call.reject(gone);
      waiting.clear();
    };
    worker.on("message", ({ names, id, result, error }: Answer) => {
      if (names !== undefined) return resolve(names);
      const call = waiting.get(id!);
      waiting.delete(id!);
      if (waiting.size === 0) worker.unref();
      if (error === undefined) call?.resolve(unpack(result));
      else call?.reject(error);
    });
    worker.on("error", end);
    worker.on("exit", (code) =>
      end(new Error(`runInWorker: the thread of ${String(module)} has ended, got exit code ${code}. Start it again.`)),
    );
  });
  worker.unref();

  const call = async (name: string, args: readonly unknown[]): Promise<unknown> => {
    const { message } = await pack(args);
    if (gone !== undefined) throw gone;
    const id = calls++;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      worker.ref();
      try {
        worker.postMessage({ id, name, args: message }, []);
      } catch (error) {
        waiting.delete(id);
        if (waiting.size === 0) worker.unref();
        reject(
          new Error(
            `runInWorker: an argument of ${name} cannot be sent to a thread, got "${(error as Error).message}". Send tensors, arrays and plain objects.`,
            { cause: error },
          ),
        );
      }
    });
  };
  const functions = Object.fromEntries(names.map((name) => [name, (...args: unknown[]) => call(name, args)]));
  return { functions: functions as InWorker<Module>, close: async () => void (await worker.terminate()) };
}

function startWorker(workerData: ModuleWorkerData): Worker {
  return new Worker(new URL("./module-worker.js", import.meta.url), { workerData });
}
