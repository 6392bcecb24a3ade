import { expect, it } from "vitest";
import { Features } from "./features.ts";

it("has nested lists of its values", () => {
  const features = new Features(Float32Array.of(1, 2, 3, 4), [2, 2]);
  expect([features.size, features.tolist()]).toEqual([4, [[1, 2], [3, 4]]]); // prettier-ignore
  expect(new Features(new Float32Array(0), [0, 2]).tolist()).toEqual([]);
});

it.each([
  [[2, 3], "Features: dims must multiply to the 4 values, got [2, 3]."],
  [[2, NaN], "Features: dims[1] must be a whole number of at least 0, got NaN."],
])("rejects the sizes %j", (dims, message) => {
  expect(() => new Features(Float32Array.of(1, 2, 3, 4), dims)).toThrow(message);
});
