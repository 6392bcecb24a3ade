import { expect, it } from "vitest";
import { contextWindows } from "./context-windows.ts";

const shown = (tokens: number, space: number, stride: number): string[] =>
  contextWindows(tokens, space, stride).map(
    ({ start, end, maximumContext }) => `${start}-${end} ${maximumContext.join("")}`,
  );

it("contextWindows assigns each token to one window, the first of equally good ones", () => {
  expect(shown(12, 5, 3)).toEqual(["0-5 11110", "3-8 01110", "6-11 01110", "9-12 011"]);
  expect(shown(5, 5, 1)).toEqual(["0-5 11111"]);
  expect(shown(0, 5, 1)).toEqual([]);
  expect(shown(7, 3, 100)).toEqual(["0-3 111", "3-6 111", "6-7 1"]);
  for (const [tokens, space, stride] of [
    [100, 17, 5],
    [33, 8, 8],
    [9, 2, 1],
  ] as const) {
    const counts = new Int32Array(tokens);
    for (const { start, maximumContext } of contextWindows(tokens, space, stride))
      maximumContext.forEach((best, i) => (counts[start + i]! += best));
    expect(new Set(counts)).toEqual(new Set([1]));
  }
});
