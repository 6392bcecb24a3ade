import { appendFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { RunFolder } from "../run/run-folder.ts";

/** A line of metrics.jsonl. */
export interface MetricsLine {
  readonly step: number;
}

/**
 * A JSON Lines file of a run, with one line for each step and each evaluation. A resumed run first removes the lines of
 * the steps that it repeats.
 */
export class MetricsLog {
  readonly #path: string;
  readonly #warn: (message: string) => void;
  #failed = false;

  private constructor(path: string, warn: (message: string) => void) {
    this.#path = path;
    this.#warn = warn;
  }

  /** @param step the last step that is kept */
  static async open(run: RunFolder, name: string, step: number, warn: (message: string) => void): Promise<MetricsLog> {
    const path = run.file(name);
    const kept = step === 0 ? [] : linesUpTo(await readFile(path, "utf8").catch(() => ""), step);
    await run.write(name, kept.map((line) => `${line}\n`).join(""));
    return new MetricsLog(path, warn);
  }

  /** Appends a line. If that fails, warns once. */
  add(line: MetricsLine & object): void {
    try {
      appendFileSync(this.#path, `${JSON.stringify(line)}\n`);
      this.#failed = false;
    } catch (error) {
      if (!this.#failed)
        this.#warn(`${this.#path} cannot be written: ${(error as Error).message}. Training continues.`);
      this.#failed = true;
    }
  }
}

/** Complete lines of JSON up to a step. A killed process may have left an incomplete one. */
function linesUpTo(text: string, step: number): string[] {
  return text.split("\n").filter((line) => {
    try {
      const found = (JSON.parse(line) as { step?: unknown }).step;
      return typeof found === "number" && found <= step;
    } catch {
      return false;
    }
  });
}
