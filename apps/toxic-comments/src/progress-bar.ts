import { escapeControls } from "@bertkit/nn";

/** The state of a bar, so that a resumed run continues it. */
export interface BarState {
  done: number;
  /** Sums of each value so far. */
  sums: Record<string, number>;
}

/** A progress bar as in Keras, with the mean of each value so far: `12/18 [=======>....] 0:04  loss 0.3121`. */
export class ProgressBar {
  readonly #total: number;
  readonly #start: number = performance.now();
  readonly #sums = new Map<string, number>();
  #done = 0;

  constructor(total: number, before?: BarState) {
    this.#total = total;
    this.#done = before?.done ?? 0;
    for (const [name, sum] of Object.entries(before?.sums ?? {})) this.#sums.set(name, sum);
    if (this.#done === total) this.#show();
  }

  state(): BarState {
    return { done: this.#done, sums: Object.fromEntries(this.#sums) };
  }

  advance(numbers: Record<string, number>): void {
    this.#done++;
    for (const [name, value] of Object.entries(numbers)) this.#sums.set(name, (this.#sums.get(name) ?? 0) + value);
    this.#show();
  }

  #show(): void {
    const last = this.#done === this.#total;
    if (process.stdout.isTTY) process.stdout.write(`\r\x1b[2K${this.#line()}${last ? "\n" : ""}`);
    else if (last) console.log(this.#line());
  }

  #line(): string {
    const width = 30;
    const filled = Math.round((width * this.#done) / this.#total);
    const bar =
      "=".repeat(Math.max(0, filled - 1)) +
      (this.#done === this.#total ? "=" : ">") +
      ".".repeat(width - Math.max(1, filled));
    const seconds = Math.round((performance.now() - this.#start) / 1000);
    const numbers = [...this.#sums].map(([name, sum]) => `${escapeControls(name)} ${(sum / this.#done).toFixed(4)}`);
    return [
      `${this.#done}/${this.#total} [${bar}] ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`,
      ...numbers,
    ].join("  ");
  }
}
