/** One end of the connection between a thread and its worker. */
export interface WorkerPort {
  post(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  onMessage(listener: (message: unknown) => void): void;
}

/** A worker, for the thread that started it. */
export interface StartedWorker extends WorkerPort {
  /** Called if the worker ends by itself or fails to start. */
  onEnd(listener: (reason: string) => void): void;
  /** Sets whether it keeps the process running, in Node. */
  keepsAlive(keeps: boolean): void;
  end(): void;
}

/** Starts the worker of a pipeline: `pipelineWorker` of "bertkit/worker". */
export type PipelineWorker = () => StartedWorker;

/** In a worker: the connection to the thread that started it. */
export function portOfThisWorker(): WorkerPort {
  const { process } = globalThis as { process?: Partial<Pick<NodeJS.Process, "getBuiltinModule">> };
  const port = process?.getBuiltinModule?.("node:worker_threads").parentPort;
  if (port !== undefined && port !== null)
    return {
      post: (message, transfer = []) => port.postMessage(message, transfer as ArrayBuffer[]),
      onMessage: (listener) => void port.on("message", listener),
    };
  const page = globalThis as unknown as Worker;
  return {
    post: (message, transfer = []) => page.postMessage(message, transfer as ArrayBuffer[]),
    onMessage: (listener) => page.addEventListener("message", (event) => listener(event.data)),
  };
}
