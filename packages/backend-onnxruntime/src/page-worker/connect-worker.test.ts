import { expect, it } from "vitest";
import { connectWorker } from "./connect-worker.ts";

// packages/bertkit/src/train-in-worker.test.ts tests it in a page of a real browser.
it("connectWorker rejects an address in place of a worker", async () => {
  await expect(connectWorker("/training.js" as never)).rejects.toThrow(
    /the worker must be a Worker, got "\/training\.js"/,
  );
});
