/** A worker of a page, for the page that started it. */
export interface PageWorker {
  post(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called with the reason if the worker fails before its first message. It is then terminated. */
  onEnd(listener: (reason: string) => void): void;
  keepsAlive(keeps: boolean): void;
  end(): void;
}

/** The connection to a worker that a page has started. */
export function pageWorker(worker: Worker): PageWorker {
  let isRunning = false;
  worker.addEventListener("message", () => (isRunning = true), { once: true });
  return {
    post: (message, transfer = []) => worker.postMessage(message, [...transfer]),
    onMessage: (listener) => worker.addEventListener("message", (event) => listener(event.data)),
    onEnd: (listener) =>
      worker.addEventListener("error", ({ message }) => {
        // An error that a timer or another callback throws does not end a running worker. The browser reports it in the page.
        if (isRunning) return;
        worker.terminate();
        listener(message || "its script did not load");
      }),
    keepsAlive: () => {},
    end: () => worker.terminate(),
  };
}
