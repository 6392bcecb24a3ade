import { escapeControls } from "@bertkit/nn";

/** A line that rewrites itself in a terminal; elsewhere, a line every few seconds. */
export class LiveLine {
  #printedAt = -Infinity;

  show(text: string, last = false): void {
    const line = escapeControls(text);
    const now = performance.now();
    if (process.stdout.isTTY) {
      if (!last && now - this.#printedAt < 100) return;
      const columns = process.stdout.columns ?? 120;
      process.stdout.write(`\r\x1b[2K${line.slice(0, columns - 1)}${last ? "\n" : ""}`);
    } else {
      if (!last && now - this.#printedAt < 10_000) return;
      console.log(line);
    }
    this.#printedAt = now;
  }

  /** Takes the line away where it can be. */
  clear(): void {
    if (process.stdout.isTTY) process.stdout.write("\r\x1b[2K");
  }
}
