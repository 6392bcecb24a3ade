// The thread that runInWorker starts: selects the backend, imports the module, and calls its functions on request.
import { parentPort, workerData, type MessagePort } from "node:worker_threads";
import { sentError } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";
import { backendName } from "../kernels/register-kernels.ts";
import { registerOnnxRuntime } from "../register.ts";
import { answerCalls } from "./answer-calls.ts";
import { ownBuffer } from "./own-buffer.ts";
import type { FromWorker } from "./protocol.ts";
import type { ModuleWorkerData } from "./run-in-worker.ts";

async function serve(port: MessagePort, { module, options }: ModuleWorkerData): Promise<void> {
  const post = (message: unknown, transfer: readonly ArrayBuffer[] = []): void =>
    port.postMessage(message, transfer as ArrayBuffer[]);
  let functions: Record<string, unknown>;
  try {
    registerOnnxRuntime(options);
    await tf.setBackend(backendName);
    // The caller's URL, which a bundler cannot resolve.
    functions = (await import(/* @vite-ignore */ /* webpackIgnore: true */ module)) as Record<string, unknown>;
  } catch (error) {
    return post({ failed: sentError(error) } satisfies FromWorker); // an uncaught error would lose its class and fields
  }
  answerCalls(
    functions,
    { post, onMessage: (listener) => void port.on("message", listener) },
    "runInWorker",
    ownBuffer,
  );
}

if (parentPort !== null) await serve(parentPort, workerData as ModuleWorkerData);
