import { pythonWhiteSpace } from "@bertkit/testing";
import { expect, it } from "vitest";
import { strip, stripEnd } from "./python-white-space.ts";

it("strips what Python strips, of all code points", () => {
  const stripped: number[] = [];
  for (let point = 0; point <= 0x10ffff; point++) {
    const character = String.fromCodePoint(point);
    const rest = strip(`${character}a${character}`);
    if (rest === "a") stripped.push(point);
    else if (rest !== `${character}a${character}`) throw new Error(`half of U+${point.toString(16)} was taken off`);
  }
  expect(stripped).toEqual(pythonWhiteSpace);
});

it("keeps white space inside; stripEnd keeps it at the start", () => {
  expect(strip(" \x1c a \x85 b\u3000\n")).toBe("a \x85 b");
  expect(stripEnd(" \x1c a \x85 b\u3000\n")).toBe(" \x1c a \x85 b");
  expect([strip(""), strip(" \x1f"), stripEnd("\n")]).toEqual(["", "", ""]);
  expect(strip(`a${" ".repeat(1_000_000)}b${" ".repeat(1_000_000)}`)).toHaveLength(1_000_002);
});
