import { expect, test } from "vitest";
import { windows } from "./windows.ts";

test("windows overlap by the stride and reach the end once", () => {
  expect(windows(10, 4, 1)).toEqual([
    [0, 4],
    [3, 7],
    [6, 10],
  ]);
  expect(windows(4, 4, 0)).toEqual([[0, 4]]);
  expect(windows(9, 4, 0)).toEqual([
    [0, 4],
    [4, 8],
    [8, 9],
  ]);
  expect(() => windows(9, 4, 4)).toThrow(/stride must be less than the 4 pieces/);
});

test("if no piece fits, a stride makes no progress", () => {
  expect(() => windows(9, 0, 1)).toThrow(/stride must be less than the 0 pieces/);
  expect(windows(9, 0, 0)).toEqual([
    [0, 0],
    [0, 9],
  ]);
});
