// The thread that runInWorker starts: selects the backend, imports the module, and calls its functions on request.
import { parentPort, workerData, type MessagePort } from "node:worker_threads";
import * as tf from "@tensorflow/tfjs-core";
import { backendName } from "../kernels/register-kernels.ts";
import { registerOnnxRuntime } from "../register.ts";
import { pack, unpack } from "./message.ts";
import type { ModuleWorkerData } from "./run-in-worker.ts";

interface Call {
  readonly id: number;
  readonly name: string;
  readonly args: unknown;
}

async function serve(port: MessagePort, { module, options }: ModuleWorkerData): Promise<void> {
  registerOnnxRuntime(options);
  await tf.setBackend(backendName);
  // The caller's URL, which a bundler cannot resolve.
  const functions = (await import(/* @vite-ignore */ /* webpackIgnore: true */ module)) as Record<string, unknown>;

  const answer = async ({ id, name, args }: Call): Promise<void> => {
    const given = unpack(args) as unknown[];
    try {
      const result = await (functions[name] as (...given: unknown[]) => unknown)(...given);
      const { message, transfer } = await pack(result, true);
      send(port, { id, result: message }, transfer, `what ${name} returns`);
    } catch (error) {
      try {
        send(port, { id, error }, [], "an error");
      } catch {
        port.postMessage({ id, error: new Error(String(error)) });
      }
    }
    tf.dispose(given as tf.TensorContainer);
  };
  /** Calls run one after the other: tfjs's scopes are global, so concurrent calls would mix. */
  let last: Promise<void> = Promise.resolve();
  port.on("message", (call: Call) => (last = last.then(() => answer(call))));
  port.postMessage({ names: Object.keys(functions).filter((name) => typeof functions[name] === "function") });
}

function send(port: MessagePort, message: unknown, transfer: readonly ArrayBuffer[], what: string): void {
  try {
    port.postMessage(message, transfer);
  } catch (error) {
    throw new Error(
      `runInWorker: ${what} cannot be sent to another thread, got "${(error as Error).message}". Return tensors, arrays and plain objects.`,
      { cause: error },
    );
  }
}

if (parentPort !== null) await serve(parentPort, workerData as ModuleWorkerData);
