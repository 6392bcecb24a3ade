import { expect, it } from "vitest";

import { inference } from "./context.ts";

it("is inference, without dropout, and cannot be changed", () => {
  expect(inference.training).toBe(false);
  expect(Object.isFrozen(inference)).toBe(true);
});
