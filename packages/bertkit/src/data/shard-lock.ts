import type { ProcessLock } from "@bertkit/checkpoints/node";
import { lockFolder } from "../run/lock-folder.ts";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * The lock of a folder of shards: one process writes there at a time. It is the file that locks the folder of a training
 * run. It is also released if the process exits or a signal ends it; that of a killed process is taken over.
 */
export class ShardLock {
  readonly #lock: ProcessLock;
  readonly #releaseNow = (): void => this.#lock.releaseNow();
  readonly #onSignal = (signal: NodeJS.Signals): void => {
    if (process.listenerCount(signal) > 1) return; // another listener decides whether the process ends
    this.#lock.releaseNow();
    this.#forget();
    process.kill(process.pid, signal);
  };

  private constructor(lock: ProcessLock) {
    this.#lock = lock;
    process.once("exit", this.#releaseNow);
    for (const signal of signals) process.on(signal, this.#onSignal);
  }

  /** @throws RunFolderError if another process has it; CheckpointError if the folder cannot be written */
  static async take(folder: string): Promise<ShardLock> {
    return new ShardLock(await lockFolder(folder));
  }

  async release(): Promise<void> {
    await this.#lock.release();
    this.#forget();
  }

  #forget(): void {
    process.off("exit", this.#releaseNow);
    for (const signal of signals) process.off(signal, this.#onSignal);
  }
}
