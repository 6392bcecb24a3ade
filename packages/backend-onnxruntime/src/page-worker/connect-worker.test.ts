import { expect, it } from "vitest";
import { connectWorker } from "./connect-worker.ts";

// What it does in a page: packages/bertkit/src/train-in-worker.test.ts, in a real browser.
it("connectWorker wants a worker, not its address", async () => {
  await expect(connectWorker("/training.js" as never)).rejects.toThrow(
    /the worker must be a Worker, got "\/training\.js"/,
  );
});
