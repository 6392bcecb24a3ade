import { pythonWhiteSpace } from "@bertkit/testing";
import { describe, expect, it } from "vitest";
import { normalizeAnswer, squadExactMatch, squadF1, squadScores } from "./squad.ts";

describe("normalizeAnswer", () => {
  it("does what the official script does", () => {
    expect(normalizeAnswer(" The  Panthers' defense, an A-team! ")).toBe("panthers defense ateam");
    expect(normalizeAnswer("théâtre the Éa")).toBe("théâtre éa"); // an article is a whole word, in any alphabet
    expect(normalizeAnswer("$1.5 “million”")).toBe("15 “million”"); // ASCII punctuation only
    expect(normalizeAnswer("the a an")).toBe("");
  });

  it("splits at the same code points as Python", () => {
    const splitting: number[] = [];
    for (let point = 0; point <= 0x10ffff; point++) {
      if (normalizeAnswer(`x${String.fromCodePoint(point)}y`) === "x y") splitting.push(point);
    }
    expect(splitting).toEqual(pythonWhiteSpace);
    expect(normalizeAnswer("\ufeffx \x1c\x85 y\x1f")).toBe("\ufeffx y");
  });
});

describe("squadExactMatch and squadF1", () => {
  it("use the best answer", () => {
    expect(squadExactMatch("the Denver Broncos", ["Broncos", "Denver Broncos."])).toBe(1);
    expect(squadF1("Denver Broncos team", ["Broncos", "Denver Broncos"])).toBeCloseTo(0.8, 12); // 2 shared of 3 and 2
    expect(squadF1("to be or not to be", ["to be"])).toBeCloseTo(0.5, 12); // 2 shared of 6 and 2: words count as often as they occur
    expect(squadF1("x", ["y"])).toBe(0);
  });

  it("handle questions without an answer", () => {
    expect([squadExactMatch("", []), squadF1("", [])]).toEqual([1, 1]);
    expect([squadExactMatch("Rollo", []), squadF1("Rollo", [])]).toEqual([0, 0]);
    expect([squadExactMatch("", ["Rollo"]), squadF1("the", ["Rollo"])]).toEqual([0, 0]);
    expect(squadF1("x", ["the", "x"])).toBe(1); // answers that normalize to "" are ignored
  });
});

describe("squadScores", () => {
  it("are means over questions, in [0, 1]", () => {
    expect(squadScores(["Rollo", "10th century", ""], [["Rollo"], ["the 9th century"], []])).toEqual({
      exactMatch: 2 / 3,
      f1: 2.5 / 3,
    });
    expect(() => squadScores([], [])).toThrow("squadScores: no predictions, got an empty list.");
  });
});
