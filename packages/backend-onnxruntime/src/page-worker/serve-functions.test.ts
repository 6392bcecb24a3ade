import { expect, it } from "vitest";
import { serveFunctions } from "./serve-functions.ts";

// packages/bertkit/src/train-in-worker.test.ts tests it in a worker of a real browser.
it("serveFunctions rejects a call outside of a worker", () => {
  expect(() => serveFunctions({})).toThrow(
    "this is not a worker of a page. Call it in the script that new Worker(…) loads",
  );
  expect(() => serveFunctions(undefined as never)).toThrow(/the functions must be an object of functions/);
});
