// Every function that takes data is called with invalid data: it must work, or throw an error that names the argument. An
// internal error of JavaScript does not.
import * as tf from "@tensorflow/tfjs-core";
import { shown } from "@bertkit/checks";
import { beforeAll, expect, test } from "vitest";
import { Tokenizer } from "@bertkit/tokenizer";
import { dataCalls } from "./data-calls.ts";
import { tokenizer } from "./fixtures.ts";
import { partDataCalls } from "./part-data-calls.ts";
import { stateDataCalls } from "./state-data-calls.ts";
import { tokenizerDataCalls } from "./tokenizer-data-calls.ts";

/** An array with a hole, as `delete` leaves it. */
const holed = [5, 5];
delete holed[0];
class Film {
  readonly title = "";
}

const wrong = [
  undefined,
  null,
  5,
  "text",
  {},
  [null],
  [undefined],
  [5],
  holed,
  ["a", null],
  [[null]],
  Object.create(null),
  [Object.create(null)],
  Symbol("s"),
  [Symbol("s")],
  10n,
  [10n],
  Film,
];
const internal =
  /Cannot (read|convert|use|destructure|mix)|Do not know how|Class constructor|is not (iterable|a function|a constructor)|Invalid (typed )?array length|reading '|intermediate value|Maximum call|Argument '.*' passed to/;

beforeAll(async () => void (await tf.setBackend("cpu")));

// padBatch does not check each id.
test.each(Object.entries({ ...dataCalls, ...partDataCalls, ...tokenizerDataCalls, ...stateDataCalls }))(
  "%s reports invalid data",
  async (name, call) => {
    const given = name === "padBatch ids" ? wrong.filter((data) => !Array.isArray(data)) : wrong;
    for (const data of given) expect(await messageOf(() => call(data as never)), shown(data)).not.toMatch(internal);
  },
);

/** Texts are iterable too, by letters. */
test.each([
  "batch",
  "bucketByLength",
  "collect",
  "concat",
  "filter",
  "map",
  "repeat",
  "shuffle",
  "splitHoldout",
  "take",
])("%s of a text is an error", async (name) => {
  expect(await messageOf(() => dataCalls[`datasets.${name}`]!("text" as never))).toMatch(
    /must be a list of items, got "text"/,
  );
});

async function messageOf(call: () => unknown): Promise<string> {
  try {
    await consumed(await call());
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

/** Readers check their data when they are read. */
async function consumed(result: unknown): Promise<void> {
  if (typeof result !== "object" || result === null || !(Symbol.asyncIterator in result || "next" in result)) return;
  let left = 3;
  for await (const _ of result as AsyncIterable<unknown>) if (--left === 0) return;
}

test.each([5, "text", true, Symbol("s"), 10n])(
  "a tokenizer's part of %s is an error that names the part",
  async (part) => {
    for (const name of ["special", "addedTokens", "decoder"])
      expect(await messageOf(() => new Tokenizer({ ...tokenizer.parts, [name]: part } as never))).toMatch(
        `Tokenizer: ${name} must be a part, got ${String(part)}.`,
      );
  },
);
