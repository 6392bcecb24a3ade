/** One end of the connection between a thread and its worker. */
export interface Port {
  post(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  onMessage(listener: (message: unknown) => void): void;
}

/** A worker, for the thread that started it. */
export interface StartedWorker extends Port {
  /** Called with the reason if the worker fails to start or ends by itself. */
  onEnd(listener: (reason: Error | string) => void): void;
  /** Sets whether it keeps the process running, in Node. */
  keepsAlive(keeps: boolean): void;
  end(): unknown;
}
