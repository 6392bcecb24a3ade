import { messageOf, receivedError, type SentError } from "@bertkit/checks";
import { checkArray, checkOptions, checkText, checkTokenizer, isText } from "../check-options.ts";
import type { RaggedEncoding } from "../encoding/ragged.ts";
import { raggedKinds, type RaggedOptions } from "../encoding/encode-options.ts";
import type { TextInput } from "../encoding/text-input.ts";
import type { Tokenizer } from "../tokenizer.ts";
import { TokenizerError } from "../tokenizer-error.ts";
import { joinRagged } from "./join-ragged.ts";
import type { FromWorker } from "./messages.ts";
import { offsetUnitName, type OffsetUnitName } from "./offset-unit-names.ts";
import { connect, coreCount, startWorker, type AnyWorker, type WorkerPort } from "./start-worker.ts";
import { describeTokenizer } from "./tokenizer-description.ts";

/** Approximate UTF-16 units per job: enough to make messages cheap, few enough to keep all workers busy. */
const jobUnits = 1 << 18;

export interface EncoderPoolOptions {
  /** Default: the number of cores. */
  readonly workers?: number | undefined;
  /** Starts a worker that runs `@bertkit/tokenizer/encode-worker`, for bundlers that need another way. */
  readonly createWorker?: (() => AnyWorker | Promise<AnyWorker>) | undefined;
}

interface Job {
  readonly message: {
    readonly inputs: readonly TextInput[];
    readonly options: Omit<RaggedOptions, "offsets">;
    readonly offsets: OffsetUnitName | undefined;
  };
  readonly resolve: (encoding: RaggedEncoding) => void;
  readonly reject: (error: unknown) => void;
}

/** A pool of workers with the same tokenizer. Close it: an open pool keeps a Node process alive. */
export class EncoderPool {
  readonly #ports: WorkerPort[] = [];
  readonly #idle: WorkerPort[] = [];
  readonly #waiting: Job[] = [];
  readonly #running = new Map<number, Job>();
  #nextJob = 0;
  /** Why it was closed, if not by `close`. */
  #failure: string | undefined;

  /**
   * @throws TokenizerError if the tokenizer has a custom part; RangeError if `workers` is not a whole number above 0.
   */
  static async start(tokenizer: Tokenizer, options: EncoderPoolOptions = {}): Promise<EncoderPool> {
    checkTokenizer("EncoderPool", tokenizer);
    checkOptions("EncoderPool", options, "workers:1 createWorker:function");
    const { workers = coreCount(), createWorker = startWorker } = options;
    const description = describeTokenizer(tokenizer);
    const pool = new EncoderPool();
    for (const worker of await allWorkers(workers, createWorker)) {
      const port: WorkerPort = connect(
        worker,
        (message) => pool.#take(port, message),
        (reason) => pool.#fail(reason),
      );
      pool.#ports.push(port);
      pool.#idle.push(port);
    }
    try {
      for (const port of pool.#ports) port.post({ kind: "start", tokenizer: description });
    } catch (error) {
      pool.close();
      throw error;
    }
    return pool;
  }

  /** As `Tokenizer.encodeRagged`, with all workers. */
  async encodeRagged(inputs: readonly TextInput[], options: RaggedOptions = {}): Promise<RaggedEncoding> {
    if (this.#ports.length === 0) {
      const reason = this.#failure === undefined ? "" : `, because a worker failed: ${this.#failure}`;
      throw new TokenizerError("options", `EncoderPool: the pool is closed${reason}. Start another.`);
    }
    checkOptions("EncoderPool.encodeRagged", options, raggedKinds);
    checkArray(
      "EncoderPool.encodeRagged",
      "inputs",
      inputs,
      "a text or a pair of texts",
      (input: TextInput) => isText(input) || input?.length === 2,
    );
    const { offsets: unit, ...rest } = options;
    const offsets = offsetUnitName(unit);
    const results: Promise<RaggedEncoding>[] = [];
    for (const chunk of chunks(inputs)) {
      results.push(
        new Promise((resolve, reject) => {
          this.#waiting.push({ message: { inputs: chunk, options: rest, offsets }, resolve, reject });
        }),
      );
    }
    this.#feed();
    return joinRagged(await Promise.all(results), offsets !== undefined);
  }

  /** Terminates the workers; rejects pending calls. */
  close(): void {
    this.#end("the pool was closed");
  }

  #feed(): void {
    while (this.#idle.length > 0 && this.#waiting.length > 0) {
      const job = this.#waiting.shift()!;
      const number = this.#nextJob++;
      const port = this.#idle.pop()!;
      try {
        port.post({ ...job.message, kind: "encode", job: number });
        this.#running.set(number, job);
      } catch (error) {
        this.#idle.push(port);
        job.reject(error as Error);
      }
    }
  }

  #take(port: WorkerPort, message: FromWorker): void {
    const job = this.#running.get(message.job);
    if (job === undefined) {
      if ("error" in message) this.#fail(messageOf(errorOf(message)));
      return;
    }
    this.#running.delete(message.job);
    this.#idle.push(port);
    if ("error" in message) job.reject(errorOf(message));
    else job.resolve(message.encoding);
    this.#feed();
  }

  #fail(reason: string): void {
    if (this.#ports.length === 0) return; // workers that `close` ends
    this.#failure = reason;
    this.#end(reason);
  }

  #end(reason: string): void {
    for (const port of this.#ports.splice(0)) port.close();
    this.#idle.length = 0;
    const error = new TokenizerError("options", `EncoderPool: ${reason}.`);
    for (const job of [...this.#running.values(), ...this.#waiting.splice(0)]) job.reject(error);
    this.#running.clear();
  }
}

/** Starts workers; if one cannot be started, ends the others. */
async function allWorkers(count: number, createWorker: () => AnyWorker | Promise<AnyWorker>): Promise<AnyWorker[]> {
  const started = await Promise.allSettled(Array.from({ length: count }, async () => createWorker()));
  const failed = started.find((result) => result.status === "rejected");
  const workers = started.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  if (failed === undefined) return workers;
  for (const worker of workers) void worker.terminate();
  throw failed.reason;
}

/** As `Tokenizer.encodeRagged`, with workers started for this call. Use an `EncoderPool` for several calls. */
export async function encodeInParallel(
  tokenizer: Tokenizer,
  inputs: readonly TextInput[],
  options: RaggedOptions & EncoderPoolOptions = {},
): Promise<RaggedEncoding> {
  checkOptions("encodeInParallel", options, `${raggedKinds} workers:1 createWorker:function`);
  const { workers, createWorker, ...encodeOptions } = options;
  const pool = await EncoderPool.start(tokenizer, { workers, createWorker });
  try {
    return await pool.encodeRagged(inputs, encodeOptions);
  } finally {
    pool.close();
  }
}

/** Pairs are copied: a proxy of one, such as a framework's reactive state, cannot be sent to a worker. */
function chunks(inputs: readonly TextInput[]): TextInput[][] {
  const found: TextInput[][] = [];
  let units = jobUnits;
  for (const input of inputs) {
    if (units >= jobUnits) {
      found.push([]);
      units = 0;
    }
    if (typeof input === "string") {
      found.at(-1)!.push(input);
      units += input.length;
      continue;
    }
    const [text, pair] = [input[0], input[1]];
    checkText("encode", "text", text);
    checkText("encode", "text", pair);
    found.at(-1)!.push([text, pair]);
    units += text.length + pair.length;
  }
  return found;
}

function errorOf({ error }: { readonly error: SentError }): unknown {
  return receivedError(error, { TokenizerError });
}
