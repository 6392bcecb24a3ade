/** A server said nothing for too long. */
export class Silence extends Error {}

/** Watches a request for silence. */
export interface TimeLimit {
  /** For the request: ends it on silence, and when the caller's own signal does. */
  readonly signal: AbortSignal;
  /** Waits for the server from now on. */
  wait(): void;
  /** The caller is busy: this is not the server's silence. */
  pause(): void;
  /** The request is over. */
  stop(): void;
}

/** A limit on how long a server may say nothing: while connecting, before its answer, and between two pieces of it. */
export function timeLimit(seconds: number, outer: AbortSignal | undefined): TimeLimit {
  const controller = new AbortController();
  const milliseconds = 1000 * seconds;
  let since = performance.now();
  let timer: ReturnType<typeof setTimeout>;
  const end = (): void => controller.abort(outer?.reason);
  const look = (): void => {
    const left = since + milliseconds - performance.now();
    if (left <= 0) controller.abort(new Silence(`nothing came for ${seconds} s`));
    else timer = setTimeout(look, Math.min(left, milliseconds));
  };
  timer = setTimeout(look, milliseconds);
  if (outer?.aborted) end();
  else outer?.addEventListener("abort", end, { once: true });
  return {
    signal: controller.signal,
    wait: () => void (since = performance.now()),
    pause: () => void (since = Infinity),
    stop() {
      clearTimeout(timer);
      outer?.removeEventListener("abort", end);
    },
  };
}

/** Throws unless this is a number of seconds that a timer can wait. */
export function checkSeconds(where: string, seconds: number): void {
  if (!(seconds > 0 && seconds <= 86_400))
    throw new RangeError(`${where}: a time limit must be from above 0 to 86400 seconds, got ${seconds}.`);
}
