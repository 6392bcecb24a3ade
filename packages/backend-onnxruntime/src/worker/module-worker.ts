// The thread that runInWorker starts: selects the backend, imports the module, and calls its functions on request.
import { parentPort, workerData, type MessagePort } from "node:worker_threads";
import * as tf from "@tensorflow/tfjs-core";
import { backendName } from "../kernels/register-kernels.ts";
import { registerOnnxRuntime } from "../register.ts";
import { answerCalls } from "./answer-calls.ts";
import { ownBuffer } from "./own-buffer.ts";
import type { ModuleWorkerData } from "./run-in-worker.ts";

async function serve(port: MessagePort, { module, options }: ModuleWorkerData): Promise<void> {
  registerOnnxRuntime(options);
  await tf.setBackend(backendName);
  // The caller's URL, which a bundler cannot resolve.
  const functions = (await import(/* @vite-ignore */ /* webpackIgnore: true */ module)) as Record<string, unknown>;
  const post = (message: unknown, transfer: readonly ArrayBuffer[] = []): void =>
    port.postMessage(message, transfer as ArrayBuffer[]);
  answerCalls(functions, { post, onMessage: (listener) => void port.on("message", listener) }, ownBuffer);
}

if (parentPort !== null) await serve(parentPort, workerData as ModuleWorkerData);
