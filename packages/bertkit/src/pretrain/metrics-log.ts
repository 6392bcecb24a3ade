import { appendFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { RunFolder } from "../run/run-folder.ts";

/** A line of metrics.jsonl. */
export interface MetricsLine {
  readonly step: number;
}

/**
 * A JSON Lines file of a run, one line a step and one an evaluation. A resumed run first drops the lines of steps that
 * it makes again.
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

  /** Appends a line; says once if it cannot. */
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

/** Whole lines of JSON up to a step: a killed process may have left a part of one. */
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
