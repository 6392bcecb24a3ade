import { afterEach, expect, it, vi } from "vitest";
import { nextTask } from "./next-task.ts";

afterEach(() => vi.unstubAllGlobals());

it("lets what is pending run first", async () => {
  const order: string[] = [];
  setTimeout(() => order.push("timer"));
  await nextTask();
  order.push("next");
  expect(order).toEqual(["timer", "next"]);
});

it("needs no timer in a page", async () => {
  vi.stubGlobal("setTimeout", () => {
    throw new Error("a timer");
  });
  // Node has both.
  const { setImmediate } = globalThis;
  Reflect.deleteProperty(globalThis, "setImmediate");
  const order: string[] = [];
  try {
    const first = nextTask().then(() => order.push("first"));
    const second = nextTask().then(() => order.push("second"));
    order.push("same task");
    await Promise.all([first, second]);
  } finally {
    globalThis.setImmediate = setImmediate;
  }
  expect(order).toEqual(["same task", "first", "second"]);
});
