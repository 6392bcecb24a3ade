/** Times of calls since a model was loaded. The first one, which compiles shaders or graphs, is separate. */
export class CallTimes {
  #first: number | undefined;
  readonly #later: number[] = [];

  add(milliseconds: number): void {
    if (this.#first === undefined) this.#first = milliseconds;
    else this.#later.push(milliseconds);
  }

  /** "first call 812 ms, later calls 35 ms (median of 4, last 33 ms)" */
  toString(): string {
    if (this.#first === undefined) return "";
    const first = `first call ${formatMilliseconds(this.#first)}`;
    if (this.#later.length === 0) return first;
    const last = formatMilliseconds(this.#later.at(-1)!);
    return `${first}, later calls ${formatMilliseconds(median(this.#later))} (median of ${this.#later.length}, last ${last})`;
  }
}

/** Runs `work` and measures its wall-clock time, including the wait for its result. */
export async function timed<T>(work: () => Promise<T>): Promise<{ result: T; milliseconds: number }> {
  const start = performance.now();
  const result = await work();
  return { result, milliseconds: performance.now() - start };
}

/** "0.42 ms", "3.1 ms", "812 ms", "4.20 s", "12.3 s" */
export function formatMilliseconds(milliseconds: number): string {
  const [value, unit] = milliseconds < 999.5 ? [milliseconds, "ms"] : [milliseconds / 1000, "s"];
  const decimals = value < 1 || unit === "s" ? 2 : 1;
  return `${value.toFixed(value < 9.95 ? decimals : unit === "s" ? 1 : 0)} ${unit}`;
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
