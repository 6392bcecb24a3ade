import { nextTask } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";

let polls = false;

/**
 * The webgl backend waits for the GPU with timers of 0 ms, which run once a second in a hidden page, and later once a
 * minute. In a hidden page it polls in tasks instead.
 */
export function pollInHiddenPages(): void {
  if (polls) return;
  polls = true;
  const { platform } = tf.env();
  const original = platform.setTimeoutCustom?.bind(platform);
  if (original === undefined) return;
  platform.setTimeoutCustom = (callback, delay) => {
    if (delay > 0 || typeof document === "undefined" || !document.hidden) return original(callback, delay);
    void nextTask().then(() => callback());
  };
}
