import type { Terminal } from "./terminal.ts";

/** Milliseconds between two updates of the count. */
const interval = 200;

/** A count of lines on the terminal, if results go elsewhere. */
export class LineCount {
  readonly #stderr: Terminal["stderr"] | undefined;
  readonly #start = performance.now();
  #shown = -Infinity;
  #lines = 0;

  constructor(stdout: Terminal["stdout"], stderr: Terminal["stderr"]) {
    this.#stderr = stderr.isTTY === true && stdout.isTTY !== true ? stderr : undefined;
  }

  add(lines: number): void {
    this.#lines += lines;
    const now = performance.now();
    if (this.#stderr === undefined || now - this.#shown < interval) return;
    this.#shown = now;
    const rate = (1000 * this.#lines) / (now - this.#start);
    this.#stderr.write(`\r${this.#lines.toLocaleString("en-US")} lines, ${rate.toFixed(rate < 10 ? 1 : 0)} a second `);
  }

  /** Removes the count. */
  end(): void {
    if (this.#shown > -Infinity) this.#stderr!.write(`\r${" ".repeat(50)}\r`);
  }
}
