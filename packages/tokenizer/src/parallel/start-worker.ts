import type { FromWorker, ToWorker } from "./messages.ts";
import { nodeModule } from "./node-module.ts";

/** A web worker (browsers, Deno, Bun), or one of node:worker_threads. */
export type AnyWorker = WebWorker | NodeWorker;

interface WebWorker {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  terminate(): void;
  addEventListener(event: "message", listener: (event: { data: FromWorker }) => void): void;
  addEventListener(event: "error" | "messageerror", listener: (event: { message?: string }) => void): void;
}

interface NodeWorker {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  terminate(): Promise<unknown>;
  on(event: "message", listener: (message: FromWorker) => void): unknown;
  on(event: "error" | "messageerror", listener: (error: Error) => void): unknown;
  on(event: "exit", listener: (code: number) => void): unknown;
}

/** A common interface of the two kinds of worker. */
export interface WorkerPort {
  post(message: ToWorker): void;
  close(): void;
}

export function connect(
  worker: AnyWorker,
  onMessage: (message: FromWorker) => void,
  onError: (reason: string) => void,
): WorkerPort {
  if ("on" in worker) {
    worker.on("message", onMessage);
    worker.on("error", (error) => onError(error.message));
    worker.on("messageerror", (error) => onError(error.message));
    worker.on("exit", (code) => onError(`it ended with exit code ${code}`));
  } else {
    worker.addEventListener("message", ({ data }) => onMessage(data));
    worker.addEventListener("messageerror", () => onError("its message cannot be read"));
    worker.addEventListener("error", ({ message }) => onError(message ?? "the worker's script could not be loaded"));
  }
  return { post: (message) => worker.postMessage(message, []), close: () => void worker.terminate() };
}

declare const Worker: (new (url: URL, options: object) => WebWorker) | undefined;

/** Starts this package's worker, from the file next to this one. */
export function startWorker(): AnyWorker {
  if (typeof Worker !== "undefined") {
    // Bundlers recognize exactly this expression, with the global Worker, and emit the worker's file.
    return new Worker(new URL("./encode-worker.js", import.meta.url), { type: "module" });
  }
  const threads = nodeModule<{ Worker: new (url: URL) => NodeWorker }>("node:worker_threads");
  if (!threads) throw new Error("EncoderPool: this runtime has no workers. Use encodeRagged.");
  return new threads.Worker(new URL("./encode-worker.js", import.meta.url));
}

/** Number of cores, or 4 if unknown. */
export function coreCount(): number {
  const { navigator } = globalThis as unknown as { navigator?: { hardwareConcurrency?: number } };
  if (navigator?.hardwareConcurrency !== undefined) return navigator.hardwareConcurrency;
  return nodeModule<{ availableParallelism(): number }>("node:os")?.availableParallelism() ?? 4;
}
