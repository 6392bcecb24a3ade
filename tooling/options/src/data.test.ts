// Every function that takes data is called with invalid data: it must work, or throw an error that names the argument. An
// internal error of JavaScript does not.
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { dataCalls } from "./data-calls.ts";
import { partDataCalls } from "./part-data-calls.ts";
import { stateDataCalls } from "./state-data-calls.ts";

/** An array with a hole, as `delete` leaves it. */
const holed = [5, 5];
delete holed[0];
const wrong = [undefined, null, 5, "text", {}, [null], [undefined], [5], holed, ["a", null], [[null]]];
const internal =
  /Cannot (read|convert|use|destructure)|is not (iterable|a function|a constructor)|Invalid (typed )?array length|reading '|intermediate value|Maximum call|Argument '.*' passed to/;

beforeAll(async () => void (await tf.setBackend("cpu")));

test.each(Object.entries({ ...dataCalls, ...partDataCalls, ...stateDataCalls }))(
  "%s reports invalid data",
  async (_, call) => {
    for (const data of wrong)
      expect(await messageOf(() => call(data as never)), JSON.stringify(data)).not.toMatch(internal);
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
