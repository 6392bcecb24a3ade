import { nextTask } from "@bertkit/checks";

/** Runs pending timers and messages first, because one of them may abort the signal. @throws the signal's reason */
export async function stopIfAborted(signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { setImmediate } = globalThis as { setImmediate?: (callback: () => void) => void };
  await (setImmediate === undefined ? nextTask() : new Promise<void>((resolve) => setImmediate(resolve)));
  signal.throwIfAborted();
}
