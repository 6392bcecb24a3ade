import { Worker } from "node:worker_threads";
import { receivedError } from "@bertkit/checks";
import type { FromDataWorker, ToDataWorker, WorkerStart } from "./data-worker.ts";
import { encodeBlock, type EncodedBlock } from "./encoded-block.ts";
import { InstanceMaker } from "./instance-maker.ts";

export interface GroupRange {
  /** Default 0. */
  readonly epoch?: number;
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
}

/**
 * The blocks of groups in order, created on this thread or on `workers` worker threads: the bytes are the same.
 *
 * @throws the errors of a worker, which are recognized by `isInstance` of their classes
 */
export async function* encodedBlocks(
  start: WorkerStart,
  { epoch = 0, first, end }: GroupRange,
  workers: number,
): AsyncGenerator<EncodedBlock, void, undefined> {
  if (workers === 0) {
    const maker = await InstanceMaker.open(start.sources, start.settings);
    for (let group = first; group < end; group++)
      for await (const instances of maker.blocks(epoch, group)) yield encodeBlock(instances, start.encoding);
    return;
  }
  const threads = Array.from({ length: Math.min(workers, end - first) }, () => new GroupWorker(start));
  try {
    // Thread t creates the groups first + t, first + t + threads, …; the results are read in order. A thread gets its next
    // group before its previous one is read, so that it never waits for this thread.
    const begin = (group: number): void => {
      if (group < end) threads[(group - first) % threads.length]!.begin(epoch, group);
    };
    for (let group = first; group < first + 2 * threads.length; group++) begin(group);
    for (let group = first; group < end; group++) {
      const thread = threads[(group - first) % threads.length]!;
      for (let block = await thread.take(); block !== undefined; block = await thread.take()) yield block;
      begin(group + 2 * threads.length);
    }
  } finally {
    await Promise.all(threads.map((thread) => thread.close()));
  }
}

/** A worker thread that creates one group at a time. */
class GroupWorker {
  readonly #worker: Worker;
  readonly #ready: FromDataWorker[] = [];
  #failure: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(start: WorkerStart) {
    this.#worker = new Worker(new URL("./data-worker.js", import.meta.url));
    this.#worker.on("message", (message: FromDataWorker) => {
      this.#ready.push(message);
      this.#wake?.();
    });
    this.#worker.on("error", (error) => {
      this.#failure = error as Error;
      this.#wake?.();
    });
    this.#worker.on("exit", () => {
      this.#failure ??= new Error("a worker thread ended early");
      this.#wake?.();
    });
    this.#post(start);
  }

  begin(epoch: number, group: number): void {
    this.#post({ epoch, group });
  }

  /** The next block of the group; undefined after the last. */
  async take(): Promise<EncodedBlock | undefined> {
    while (this.#ready.length === 0) {
      if (this.#failure) throw this.#failure;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    const message = this.#ready.shift()!;
    if (message === "end") return undefined;
    if ("error" in message) throw receivedError(message.error);
    this.#post("next");
    return message;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #post(message: ToDataWorker): void {
    this.#worker.postMessage(message, []);
  }
}
