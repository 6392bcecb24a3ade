import { constants } from "node:os";

export interface StopRequestOptions {
  /** The program's name, before every line. */
  name: string;
  /** What is saved at this moment and how to resume: a sentence for people. */
  saved: () => string;
}

const stopSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Stops a program on Ctrl-C, SIGTERM and SIGHUP, and when nobody reads its output any more (`| head`), with the exit code
 * that shells expect of each (130, 143, 129, 141). While work is under way that has something to save, it is told to
 * stop and save; elsewhere, and the second time, the program ends at once and says what is saved.
 */
export class StopRequest {
  readonly #options: StopRequestOptions;
  readonly #controller = new AbortController();
  readonly #handlers: (() => void)[] = [];
  #exitCode: number | undefined;
  #underWay = 0;
  #outputIsGone = false;
  #outputFault: Error | undefined;

  constructor(options: StopRequestOptions) {
    this.#options = options;
    for (const signal of stopSignals)
      this.#on(process, signal, () => this.#stop(signal, 128 + constants.signals[signal], true));
    // Ignored by a handler of its own, a write beyond `ulimit -f` is an error (EFBIG), not the end of the process.
    if ("SIGXFSZ" in constants.signals) this.#on(process, "SIGXFSZ", () => {});
    this.#on(process.stdout, "error", (error: NodeJS.ErrnoException) => this.#outputFailed(error));
    this.#on(process.stderr, "error", () => {}); // nowhere is left to say so
  }

  /** Aborts when a stop is asked for. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** What to exit with once a stop was asked for; 1 where some of the output could not be written; else 0. */
  get exitCode(): number {
    return this.#exitCode ?? (this.#outputFault ? 1 : 0);
  }

  /** Runs work that ends soon after the signal aborts, and saves what it did. */
  async whileSaving<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.#underWay++;
    try {
      return await work(this.signal);
    } finally {
      this.#underWay--;
    }
  }

  /** Prints a last line: on stderr where nobody reads stdout. */
  say(line: string): void {
    if (this.#outputIsGone) process.stderr.write(`${this.#options.name}: ${line}\n`);
    else process.stdout.write(`\n${line}\n`);
  }

  /** Takes its handlers away. */
  dispose(): void {
    for (const remove of this.#handlers) remove();
  }

  #on(emitter: NodeJS.EventEmitter, event: string, handler: (...args: never[]) => void): void {
    emitter.on(event, handler as () => void);
    this.#handlers.push(() => emitter.off(event, handler as () => void));
  }

  #outputFailed(error: NodeJS.ErrnoException): void {
    if (error.code === "EPIPE" || error.code === "EIO") {
      if (this.#outputIsGone) return;
      this.#outputIsGone = true;
      this.#stop(`nobody reads its output (${error.code})`, 128 + 13, false); // as of SIGPIPE, which Windows has not
    } else if (this.#outputFault === undefined) {
      this.#outputFault = error;
      this.#warn(`its output cannot be written (${error.message}); it continues without.`);
    }
  }

  #stop(reason: string, exitCode: number, mayRepeat: boolean): void {
    const repeated = this.#exitCode !== undefined;
    if (repeated && !mayRepeat) return;
    this.#exitCode = exitCode;
    if (repeated || this.#underWay === 0) {
      this.#warn(`${reason}: stopped. ${this.#options.saved()}`);
      process.exit(exitCode);
    }
    this.#warn(`${reason}: stopping at the end of this step, and saving (once more: at once, without saving).`);
    this.#controller.abort();
  }

  #warn(line: string): void {
    process.stderr.write(`${process.stderr.isTTY ? "\n" : ""}${this.#options.name}: ${line}\n`);
  }
}
