import { nextTask } from "@bertkit/checks";

export interface SkipOptions {
  /** Stops early. */
  readonly signal?: AbortSignal | undefined;
  /** Called now and then with the number of instances skipped so far. */
  readonly onProgress?: (skipped: number) => void;
  /** Minimum milliseconds between two calls of `onProgress`. Default 10,000. */
  readonly reportEvery?: number;
}

/**
 * Creates instances that a resumed run has used already. Signals and timers run meanwhile. Resolves to false if the signal
 * stopped it.
 */
export async function skipInstances(
  instances: Iterator<unknown>,
  count: number,
  { signal, onProgress, reportEvery = 10_000 }: SkipOptions = {},
): Promise<boolean> {
  let reported = Date.now();
  for (let skipped = 0; skipped < count; skipped++) {
    if (skipped % 1024 === 0) {
      await nextTask();
      if (signal?.aborted) return false;
      if (Date.now() - reported >= reportEvery) {
        reported = Date.now();
        onProgress?.(skipped);
      }
    }
    instances.next();
  }
  return true;
}
