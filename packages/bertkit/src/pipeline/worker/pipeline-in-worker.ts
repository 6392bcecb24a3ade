import { isSendable, messageOf, sentError } from "@bertkit/checks";
import { isStream } from "../texts.ts";
import type { BackendForWorker } from "./backend-for-worker.ts";
import { receivedInstance, receivedResult } from "./parcels.ts";
import type { FromPipelineWorker, ToPipelineWorker } from "./protocol.ts";
import type { PipelineWorker, StartedWorker } from "./worker-port.ts";

/** Arguments of `pipeline` for a worker. */
export interface WorkerPipelineStart {
  readonly startWorker: PipelineWorker;
  readonly task: string;
  readonly model: string;
  readonly backend: BackendForWorker;
  /** Only values that can be sent. */
  readonly options: object;
  readonly onProgress?: ((progress: never) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface Waiting {
  resolve(answer: { readonly value: unknown; readonly done: boolean }): void;
  reject(error: unknown): void;
}

/** A pipeline in a worker thread, with the interface of one in this thread. */
export class PipelineInWorker {
  readonly #worker: StartedWorker;
  readonly #task: string;
  readonly #waiting: Map<number, Waiting> = new Map();
  /** The stream of each call that has one. */
  readonly #streams: Map<number, AsyncIterator<unknown>> = new Map();
  /** Errors of calls' streams, to rethrow the same objects. */
  readonly #failures: Map<number, unknown> = new Map();
  #calls = 0;
  #gone: Error | undefined;

  private constructor(task: string, worker: StartedWorker) {
    this.#task = task;
    this.#worker = worker;
  }

  /** @throws the errors of loading in the worker, and the signal's reason */
  static async open(start: WorkerPipelineStart): Promise<PipelineInWorker> {
    const { startWorker, signal, onProgress, ...rest } = start;
    signal?.throwIfAborted();
    const made = new PipelineInWorker(start.task, startWorker());
    const worker = made.#worker;
    let stop: (() => void) | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        stop = () => reject(signal!.reason);
        signal?.addEventListener("abort", stop);
        worker.onEnd((reason) => reject(made.#end(`the worker has ended: ${reason}`)));
        worker.onMessage((given) => {
          const message = given as FromPipelineWorker;
          if (message.is === "opened") resolve();
          else if (message.is === "failed") reject(receivedInstance(message.error));
          else if (message.is === "progress") onProgress?.(message.progress as never);
          else made.#receive(message);
        });
        made.#post({ do: "open", ...rest, progress: onProgress !== undefined });
      });
    } catch (error) {
      worker.end();
      throw error;
    } finally {
      signal?.removeEventListener("abort", stop!);
    }
    worker.keepsAlive(false);
    return made;
  }

  /** A promise of a result; if an argument is a stream, a stream of results. */
  call(args: readonly unknown[]): unknown {
    const call = this.#calls++;
    let signal: AbortSignal | undefined;
    let stream: AsyncIterable<unknown> | undefined;
    const sent = args.map((value) => {
      if (isStream<unknown>(value)) {
        stream = value;
        return { streamOf: call };
      }
      if (typeof value !== "object" || value === null || !("signal" in value)) return value;
      if (!(value.signal instanceof AbortSignal)) return value;
      signal = value.signal;
      return { ...value, signal: { signalOf: call } };
    });
    if (stream === undefined) return this.#single(call, sent, signal);
    this.#streams.set(call, stream[Symbol.asyncIterator]());
    return this.#many(call, sent, signal);
  }

  dispose(): void {
    this.#end("the pipeline is disposed");
    this.#worker.end();
  }

  async #single(call: number, args: readonly unknown[], signal: AbortSignal | undefined): Promise<unknown> {
    signal?.throwIfAborted();
    return (await this.#asked(call, { do: "call", call, args }, signal)).value;
  }

  async *#many(call: number, args: readonly unknown[], signal: AbortSignal | undefined): AsyncGenerator<unknown> {
    signal?.throwIfAborted();
    let isOver = false;
    try {
      this.#post({ do: "call", call, args });
      for (;;) {
        const { value, done } = await this.#asked(call, { do: "next", call }, signal);
        isOver = done;
        if (done) return;
        yield value;
      }
    } catch (error) {
      isOver = true;
      if (signal?.aborted) this.#close(call);
      throw this.#failures.get(call) ?? error;
    } finally {
      if (!isOver) await this.#asked(call, { do: "return", call }, undefined);
      this.#streams.delete(call);
      this.#failures.delete(call);
    }
  }

  /** Ends a stream of results whose consumer no longer waits for the worker. */
  #close(call: number): void {
    this.#post({ do: "return", call });
    void this.#streams
      .get(call)
      ?.return?.()
      ?.catch(() => {}); // the reason of the abort is thrown
  }

  /** The answer to a message. Rejects with the signal's reason as soon as it aborts, or if it has. */
  async #asked(
    call: number,
    message: ToPipelineWorker,
    signal: AbortSignal | undefined,
  ): Promise<{ value: unknown; done: boolean }> {
    let abort: (() => void) | undefined;
    try {
      return await new Promise<{ value: unknown; done: boolean }>((resolve, reject) => {
        abort = () => {
          this.#post({ do: "abort", call });
          reject(signal!.reason);
        };
        if (signal?.aborted) return abort();
        signal?.addEventListener("abort", abort);
        if (this.#gone !== undefined) throw this.#gone;
        this.#waiting.set(call, { resolve, reject });
        this.#worker.keepsAlive(true);
        this.#post(message);
      });
    } finally {
      signal?.removeEventListener("abort", abort!);
      this.#waiting.delete(call);
      if (this.#waiting.size === 0) this.#worker.keepsAlive(false);
    }
  }

  #receive(message: FromPipelineWorker): void {
    if (!("call" in message)) return;
    const { call } = message;
    if (message.is === "pull") void this.#pull(call);
    else if (message.is === "close") void this.#streams.get(call)?.return?.();
    else if (message.is === "error") this.#waiting.get(call)?.reject(receivedInstance(message.error));
    else if (message.is === "result")
      this.#waiting.get(call)?.resolve({ value: receivedResult(message.value), done: message.done === true });
  }

  async #pull(call: number): Promise<void> {
    try {
      const { done, value } = (await this.#streams.get(call)?.next()) ?? { done: true, value: undefined };
      this.#post({ do: "item", call, ...(done === true ? { done: true } : { item: value }) });
    } catch (error) {
      this.#failures.set(call, error);
      this.#post({ do: "item", call, error: sentError(error) });
    }
  }

  #post(message: ToPipelineWorker): void {
    if (this.#gone !== undefined) return;
    try {
      this.#worker.post(message);
    } catch (error) {
      throw new TypeError(
        `${this.#task}: ${unsendable(message)} cannot be sent to the worker: "${messageOf(error)}". Pass texts, numbers and plain objects, or omit worker.`,
        { cause: error },
      );
    }
  }

  /** Rejects all pending and later calls. */
  #end(reason: string): Error {
    this.#gone ??= new Error(`${this.#task}: ${reason}. Create the pipeline again.`);
    for (const { reject } of this.#waiting.values()) reject(this.#gone);
    this.#waiting.clear();
    return this.#gone;
  }
}

/** What cannot be sent of a message. */
function unsendable(message: ToPipelineWorker): string {
  if (message.do === "item") return "an item of the stream";
  const options: unknown = message.do === "open" ? message.options : message.do === "call" ? message.args.at(-1) : {};
  if (typeof options !== "object" || options === null || Array.isArray(options)) return "an argument";
  const name = Object.entries(options).find(([, value]) => !isSendable(value))?.[0];
  return name === undefined ? "an argument" : `the option ${name}`;
}
