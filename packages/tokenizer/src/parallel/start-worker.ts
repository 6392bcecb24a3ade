import type { FromWorker, ToWorker } from "./messages.ts";

/** A Worker of browsers, Deno and Bun, or one of node:worker_threads. */
export type AnyWorker = WebWorker | NodeWorker;

interface WebWorker {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  terminate(): void;
  addEventListener(event: "message", listener: (event: { data: FromWorker }) => void): void;
  addEventListener(event: "error", listener: (event: { message?: string }) => void): void;
}

interface NodeWorker {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  terminate(): Promise<unknown>;
  on(event: "message", listener: (message: FromWorker) => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
}

/** The two kinds of worker as one. */
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
  } else {
    worker.addEventListener("message", ({ data }) => onMessage(data));
    worker.addEventListener("error", ({ message }) => onError(message ?? "the worker's script could not be loaded"));
  }
  return { post: (message) => worker.postMessage(message, []), close: () => void worker.terminate() };
}

/** Starts this package's worker, from the file beside this one. */
export async function startWorker(): Promise<AnyWorker> {
  type WorkerClass = new (url: URL, options: object) => AnyWorker;
  const scope = globalThis as unknown as { Worker?: WorkerClass };
  const threads = "node:worker_threads"; // hidden from bundlers for the browser
  const { Worker } = scope.Worker
    ? (scope as { Worker: WorkerClass })
    : ((await import(/* @vite-ignore */ /* webpackIgnore: true */ threads)) as { Worker: WorkerClass });
  // Bundlers look for this very expression, to make the worker's file.
  return new Worker(new URL("./encode-worker.js", import.meta.url), { type: "module" });
}

/** Cores of this machine, or 4 where the runtime does not tell. */
export async function coreCount(): Promise<number> {
  const { navigator } = globalThis as unknown as { navigator?: { hardwareConcurrency?: number } };
  if (navigator?.hardwareConcurrency !== undefined) return navigator.hardwareConcurrency;
  const os = "node:os";
  const { availableParallelism } = (await import(/* @vite-ignore */ /* webpackIgnore: true */ os).catch(
    () => ({}),
  )) as {
    availableParallelism?: () => number;
  };
  return availableParallelism?.() ?? 4;
}
