import { expect, it } from "vitest";
import { labelCalled } from "./label-called.ts";

it("finds a label by its name, or by its number if no label is a number", () => {
  const [names, stars] = [
    ["blame", "praise"],
    ["1", "2", "3", "4", "5"],
  ];
  expect(["praise", "0", "1", "2", "-1", "1.0", "", "mixed"].map((name) => labelCalled(name, names))).toEqual([
    "praise",
    "blame",
    "praise",
    ...Array<undefined>(5),
  ]);
  expect(["1", "5", "0", "6"].map((name) => labelCalled(name, stars))).toEqual(["1", "5", undefined, undefined]);
  expect(labelCalled("0", ["1", "mixed"])).toBeUndefined();
});
