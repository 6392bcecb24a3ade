import { expect, it } from "vitest";
import { serveFunctions } from "./serve-functions.ts";

// What it does in a worker: packages/bertkit/src/train-in-worker.test.ts, in a real browser.
it("serveFunctions says where it belongs", () => {
  expect(() => serveFunctions({})).toThrow(
    "this is no worker of a page. Call it in the script that new Worker(…) loads",
  );
  expect(() => serveFunctions(undefined as never)).toThrow(/the functions must be an object of functions/);
});
