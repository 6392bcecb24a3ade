import { describe, expect, it } from "vitest";
import {
  arrayOf,
  callable,
  checkOptions,
  checkValue,
  either,
  listOf,
  number,
  object,
  oneOf,
  pick,
  required,
  text,
  trueOrFalse,
  wholeNumber,
  type Rules,
} from "./index.ts";

interface Options {
  rng: object;
  batchSize?: number;
  rate?: number;
  average?: "micro" | "macro";
  keep?: boolean;
}

class Film {
  readonly title = "";
}

const rules: Rules<Options> = {
  rng: required(object("an Rng")),
  batchSize: wholeNumber(1),
  rate: number({ from: 0, below: 1 }),
  average: oneOf(["micro", "macro"]),
  keep: trueOrFalse,
};

describe("checkOptions", () => {
  it("treats undefined as omitted", () => {
    expect(() => checkOptions("f", { rng: {}, batchSize: undefined } as never, rules)).not.toThrow();
    expect(() =>
      checkOptions("f", { rng: {}, batchSize: 1, rate: 0, average: "micro", keep: false }, rules),
    ).not.toThrow();
  });

  it.each([
    [
      { rng: {}, batchsize: 2 },
      TypeError,
      "f: no option is called batchsize. Did you mean batchSize? Use rng, batchSize, rate, average, keep.",
    ],
    [{}, TypeError, "f: rng must be an Rng, got undefined."],
    [
      { rng: {}, batchSize: 0 },
      RangeError,
      "f: batchSize must be a whole number of at least 1, got 0. Leave it out for the default.",
    ],
    [{ rng: {}, batchSize: null }, RangeError, "got null"],
    [{ rng: {}, batchSize: "2" }, RangeError, 'got "2"'],
    [{ rng: {}, batchSize: NaN }, RangeError, "got NaN"],
    [{ rng: {}, batchSize: 1.5 }, RangeError, "got 1.5"],
    [{ rng: {}, batchSize: Infinity }, RangeError, "got Infinity"],
    [{ rng: {}, rate: 1 }, RangeError, "f: rate must be a number from 0 and below 1, got 1."],
    [{ rng: {}, rate: NaN }, RangeError, "got NaN"],
    [{ rng: {}, average: "weighted" }, RangeError, 'f: average must be one of micro, macro, got "weighted".'],
    [{ rng: {}, average: "x".repeat(1000) }, RangeError, `got "${"x".repeat(60)}…"`],
    [{ rng: {}, keep: "false" }, TypeError, 'f: keep must be true or false, got "false".'],
    [null, TypeError, "f: the options must be an object, got null. Pass { rng: … }."],
    [32, TypeError, "got 32"],
    [[1], TypeError, "got a list of 1"],
  ])("rejects %j", (options, error, message) => {
    const check = (): void => checkOptions("f", options as never, rules);
    expect(check).toThrow(error);
    expect(check).toThrow(message);
  });
});

describe("rules", () => {
  it.each([
    [number(), [0, -1, 1e300], [NaN, Infinity, -Infinity, "1", null]],
    [number({ above: 0, to: Infinity }), [1e-9, Infinity], [0, -1, NaN]],
    [number({ from: 0, to: 1 }), [0, 1], [-0.1, 1.1]],
    [wholeNumber(1, 8), [1, 8], [0, 9, 1.5, 2n]],
    [text, ["", "a"], [1, null, undefined]],
    [callable, [() => 1, Math.random, async () => 1], [1, "f", Film]],
    [listOf("texts"), [[], new Set(["a"]), new Map(), Int32Array.of(1)], ["abc", 1, null, {}]],
    [arrayOf("texts", text), [[], ["a"]], ["abc", [1], ["a", null], new Set(["a"])]],
    [either(text, trueOrFalse), ["a", true], [1]],
    [object("an Rng", "random"), [{ random: () => 0 }], [{}, { random: undefined }, null, "a"]],
  ])("%#", (rule, good, bad) => {
    for (const value of good) expect(() => checkValue("f", "x", value, rule)).not.toThrow();
    for (const value of bad) expect(() => checkValue("f", "x", value, rule)).toThrow(/^f: x must be /);
  });
});

it("picks what a function knows", () => {
  expect(pick({ batchSize: 2, keep: undefined, other: 3 }, rules)).toEqual({ batchSize: 2 });
});
