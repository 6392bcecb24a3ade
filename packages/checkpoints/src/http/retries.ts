import type { CheckpointError } from "../checkpoint-error.ts";

/**
 * A failure worth a retry: no connection, a broken or silent one, or a response of 408, 429 or 5xx. The message
 * continues a sentence that starts with the address.
 */
export class Transient extends Error {
  /** Milliseconds to wait, as requested by the server. */
  readonly retryAfter: number | undefined;

  constructor(message: string, options: ErrorOptions & { retryAfter?: number | undefined } = {}) {
    super(message, options);
    this.retryAfter = options.retryAfter;
  }
}

export const defaultAttempts = 5;
const longestWait = 60_000;

/** The Transient of a "try again later" response; undefined for any other. */
export function transientAnswer({ status, headers }: Response): Transient | undefined {
  if (status !== 408 && status !== 429 && status < 500) return undefined;
  if (status === 501 || status === 505) return undefined;
  return new Transient(`answered ${status}`, { retryAfter: parseRetryAfter(headers.get("retry-after")) });
}

/** parseRetryAfter("2") → 2000; a date gives the time until then */
export function parseRetryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(header)) return 1000 * Number(header);
  const date = /^\s*[A-Za-z]{3},/.test(header) ? Date.parse(header) : NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

/**
 * Retries `work` if it fails with a Transient, up to `attempts` attempts, with growing pauses or those that the server
 * requests. If the server requests more than a minute, fails at once.
 *
 * @param gaveUp creates the final error
 */
export async function withRetries<T>(
  work: () => Promise<T>,
  {
    attempts,
    signal,
    gaveUp,
  }: {
    attempts: number;
    signal: AbortSignal | undefined;
    gaveUp: (reason: Transient, attempts: number) => CheckpointError;
  },
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof Transient)) throw error;
      const pause = Math.max(100 * 2 ** attempt * (0.75 + Math.random() / 2), error.retryAfter ?? 0);
      if (attempt >= attempts || pause > longestWait) throw gaveUp(error, attempt);
      await sleep(pause, signal);
    }
  }
}

/** Sleeps; throws the signal's reason if it aborts. */
export async function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal!.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
