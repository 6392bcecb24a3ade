/** Only in pages and their workers: in Node an open port would keep a process alive, and timers are not throttled. */
let channel: MessageChannel | undefined;
const waiting: (() => void)[] = [];

/**
 * Ends the current task, so that pending timers, messages, signals and frames run. Unlike a timer of 0 ms it does not wait
 * in a hidden page, where browsers run timers once a second, and later once a minute.
 */
export function nextTask(): Promise<void> {
  if (typeof MessageChannel === "undefined" || "setImmediate" in globalThis)
    return new Promise((resolve) => setTimeout(resolve, 0));
  return new Promise((resolve) => {
    if (channel === undefined) {
      channel = new MessageChannel();
      channel.port1.addEventListener("message", () => waiting.shift()!());
      channel.port1.start();
    }
    waiting.push(resolve);
    channel.port2.postMessage(undefined);
  });
}
