/** A server was silent for too long. */
export class Silence extends Error {}

/** Detects a silent server during a request. */
export interface TimeLimit {
  /** Signal for the request: aborts on silence, and with the caller's signal. */
  readonly signal: AbortSignal;
  /** Starts waiting for the server. */
  wait(): void;
  /** Stops the clock while the caller is busy. */
  pause(): void;
  /** Call it when the request is over. */
  stop(): void;
}

/** Limits how long a server may be silent: while connecting, before the response, and between pieces of the body. */
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

/** Throws unless this is a valid number of seconds for a timer. */
export function checkSeconds(where: string, seconds: number): void {
  if (!(seconds > 0 && seconds <= 86_400))
    throw new RangeError(`${where}: a time limit must be from above 0 to 86400 seconds, got ${seconds}.`);
}
