import { callable, checkOptions, checkValue, required, text } from "@bertkit/checks";
import { constants } from "node:os";

export interface StopRequestOptions {
  /** The program's name, the prefix of every line. */
  readonly name: string;
  /** A sentence about what is saved at this moment and how to resume. */
  readonly saved: () => string;
}

const stopSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Stops a program on Ctrl-C, SIGTERM and SIGHUP, and when its output is closed (`| head`), with the exit codes that
 * shells expect (130, 143, 129, 141). Work in `whileSaving` is asked to stop and save; otherwise, and on the second
 * signal, the program exits at once and prints what is saved.
 */
export class StopRequest {
  readonly #options: StopRequestOptions;
  readonly #controller = new AbortController();
  readonly #handlers: (() => void)[] = [];
  #exitCode: number | undefined;
  #underWay = 0;
  #outputIsGone = false;
  #outputError: Error | undefined;

  constructor(options: StopRequestOptions) {
    checkOptions("StopRequest", options, { name: required(text), saved: required(callable) });
    this.#options = options;
    for (const signal of stopSignals)
      this.#on(process, signal, () => this.#stop(signal, 128 + constants.signals[signal], true));
    // With a handler, a write beyond `ulimit -f` is an error (EFBIG) instead of ending the process.
    if ("SIGXFSZ" in constants.signals) this.#on(process, "SIGXFSZ", () => {});
    this.#on(process.stdout, "error", (error: NodeJS.ErrnoException) => this.#outputFailed(error));
    this.#on(process.stderr, "error", () => {}); // there is nowhere to report it
  }

  /** Aborts when a stop is requested. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The exit code: that of a requested stop; 1 if output could not be written; else 0. */
  get exitCode(): number {
    return this.#exitCode ?? (this.#outputError ? 1 : 0);
  }

  /** Runs work that stops soon after the signal aborts, and saves its results. */
  async whileSaving<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    checkValue("StopRequest.whileSaving", "work", work, callable, "Pass async (signal) => ….");
    this.#underWay++;
    try {
      return await work(this.signal);
    } finally {
      this.#underWay--;
    }
  }

  /** Prints a last line, on stderr if stdout is closed. */
  say(line: string): void {
    if (this.#outputIsGone) process.stderr.write(`${this.#options.name}: ${line}\n`);
    else process.stdout.write(`\n${line}\n`);
  }

  /** Removes its handlers. */
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
      this.#stop(`its output was closed (${error.code})`, 128 + 13, false); // as for SIGPIPE, which Windows does not have
    } else if (this.#outputError === undefined) {
      this.#outputError = error;
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
    this.#warn(`${reason}: stopping at the end of this step, and saving (repeat to stop immediately, without saving).`);
    this.#controller.abort();
  }

  #warn(line: string): void {
    process.stderr.write(`${process.stderr.isTTY ? "\n" : ""}${this.#options.name}: ${line}\n`);
  }
}
