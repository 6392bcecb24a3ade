/** One end of the line between a thread and its worker. */
export interface Port {
  post(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  onMessage(listener: (message: unknown) => void): void;
}

/** A worker, as the thread that started it sees it. */
export interface StartedWorker extends Port {
  /** Called if the worker fails to start or ends by itself; with a text for a reason in words. */
  onEnd(listener: (reason: Error | string) => void): void;
  /** Whether it keeps the process running, in Node. */
  keepsAlive(keeps: boolean): void;
  end(): unknown;
}
