import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { collect } from "../iterables/collect.ts";
import { readLines } from "./lines.ts";

describe("readLines", () => {
  it("ends lines at \\n, \\r\\n and \\r, wherever chunks end", async () => {
    const line = fc.string({ unit: fc.constantFrom("a", "b", " ", "\t", "é"), maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(line, fc.constantFrom("\n", "\r\n", "\r"))),
        line,
        fc.array(fc.nat(30)),
        async (lines, last, cuts) => {
          const text = lines.map((parts) => parts.join("")).join("") + last;
          const places = [0, ...cuts.map((cut) => Math.min(cut, text.length)).sort((a, b) => a - b), text.length];
          const pieces = places.slice(1).map((end, i) => text.slice(places[i], end));
          const expected = text.split(/\r\n|\n|\r/);
          if (expected.at(-1) === "") expected.pop();
          expect(await collect(readLines(pieces))).toEqual(expected);
        },
      ),
    );
  });
});
