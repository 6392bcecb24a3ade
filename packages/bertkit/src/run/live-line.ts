import { checkObject } from "@bertkit/checks";
import { escapeControls } from "@bertkit/nn";

/** What a live line is written to, for example `process.stderr`. */
export interface LiveOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  /** Width of the terminal. */
  readonly columns?: number;
}

/** A line that rewrites itself in a terminal, cut to its width; elsewhere, such as in a pipe, a line every ten seconds. */
export class LiveLine {
  readonly #output: LiveOutput;
  #printedAt = -Infinity;

  /** Default: standard output. */
  constructor(output: LiveOutput = process.stdout) {
    checkObject("LiveLine", "output", output, "a stream such as process.stderr", "write");
    this.#output = output;
  }

  /** @param last shows the line in any case, and ends it */
  show(text: string, last = false): void {
    const line = escapeControls(text);
    const now = performance.now();
    const { isTTY = false, columns = 120 } = this.#output;
    if (!last && now - this.#printedAt < (isTTY ? 100 : 10_000)) return;
    if (isTTY) this.#output.write(`\r\x1b[2K${line.slice(0, Math.max(0, columns - 1))}${last ? "\n" : ""}`);
    else this.#output.write(`${line}\n`);
    this.#printedAt = now;
  }

  /** Removes the line from a terminal. */
  clear(): void {
    if (this.#output.isTTY === true) this.#output.write("\r\x1b[2K");
  }
}
