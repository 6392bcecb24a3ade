import { expect, it } from "vitest";

import { fillPattern, matchPattern } from "./name-pattern.ts";

it("matches the numbers of placeholders", () => {
  expect(matchPattern("layers.{i}.kernel", "layers.11.kernel")).toEqual({ i: "11" });
  expect(matchPattern("a.{i}.{j}", "a.0.7")).toEqual({ i: "0", j: "7" });
  expect(matchPattern("norm.gamma", "norm.gamma")).toEqual({});
  for (const other of ["layers.x.kernel", "layers.01.kernel", "layersX1.kernel", "layers.1.kernel.more"])
    expect(matchPattern("layers.{i}.kernel", other)).toBeUndefined();
});

it("fills placeholders, and rejects a missing one", () => {
  expect(fillPattern("encoder.layer.{i}.weight", { i: "11" })).toBe("encoder.layer.11.weight");
  expect(() => fillPattern("encoder.{j}", { i: "1" })).toThrow('fillPattern: "encoder.{j}" has {j}');
});

it.each([
  ["a.{i}.{i}", 'matchPattern: "a.{i}.{i}" has {i}, which must start with a letter and occur once.'],
  ["a.{1}", "has {1}"],
])("rejects the placeholders of %s", (pattern, message) => {
  expect(() => matchPattern(pattern, "a.1.1")).toThrow(RangeError);
  expect(() => matchPattern(pattern, "a.1.1")).toThrow(message);
});
