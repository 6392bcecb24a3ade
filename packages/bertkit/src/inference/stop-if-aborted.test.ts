import { expect, test } from "vitest";
import { stopIfAborted } from "./stop-if-aborted.ts";

test("a signal that a timer aborts stops a loop that does not wait for anything else", async () => {
  const [reason, controller] = [new Error("enough"), new AbortController()];
  setTimeout(() => controller.abort(reason), 1);
  const loop = async (): Promise<void> => {
    for (;;) await stopIfAborted(controller.signal);
  };
  await expect(loop()).rejects.toBe(reason);
  await expect(stopIfAborted(AbortSignal.abort(reason))).rejects.toBe(reason);
});
