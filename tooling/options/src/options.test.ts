// Finds the exported functions that take options by their types, and calls each with each of its options wrong in each
// way. A new function needs a line in `calls`. The snapshot has the numbers that each option accepts; review its
// changes.
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import type { Call } from "./call.ts";
import { calls } from "./calls/index.ts";
import { functionsWithOptions, type OptionType } from "./functions-with-options.ts";

const functions = functionsWithOptions();
const cases = functions.filter(({ name }) => calls[name] !== undefined).map((each) => [each.name, each] as const);

beforeAll(async () => void (await tf.setBackend("cpu")));

/** Functions with tests of their own, which are not in `calls`. */
const testedElsewhere = [
  // These two take an instance, which has an optional field.
  "@bertkit/pretraining: instanceFeatures(instance)",
  "@bertkit/pretraining: unmasked(instance)",
];

test("calls has each function with options, and nothing else", () => {
  expect(Object.keys(calls).toSorted()).toEqual(
    functions
      .map(({ name }) => name)
      .filter((name) => !testedElsewhere.includes(name))
      .toSorted(),
  );
});

describe("rejects an option and names it", () => {
  test.each(cases)("unknown: %s", async (name) => {
    await expectRejection(calls[name]!, "misspelledOption", 1);
  });

  test.each(cases)("of a wrong type, not one of the choices, or NaN: %s", async (name, { options }) => {
    for (const option of options)
      for (const value of wrongValues(option)) await expectRejection(calls[name]!, option.name, value);
  });
});

test.each(cases)("treats undefined as omitted: %s", async (name, { options }) => {
  const call = calls[name]!;
  const optional = options.filter((option) => option.optional && !Object.hasOwn(call.required?.() ?? {}, option.name));
  if (call.invalidOnly !== undefined || optional.length === 0) return;
  const plain = await resultOf(call, {});
  for (const option of optional)
    expect([option.name, await resultOf(call, { [option.name]: undefined })]).toEqual([option.name, plain]);
});

test("accepts the same of the numbers -1, 0 and 0.5 as in the snapshot (with invalidOnly, of -1 alone)", async () => {
  const accepted: Record<string, string> = {};
  for (const [name, { options }] of cases)
    for (const option of options.filter(({ kinds }) => kinds.has("number"))) {
      const call = calls[name]!;
      const numbers: number[] = [];
      for (const number of call.invalidOnly === undefined ? [-1, 0, 0.5] : [-1])
        if (!(await isRejected(call, option.name, number))) numbers.push(number);
      accepted[`${name} ${option.name}`] = numbers.join(", ") || "none";
    }
  expect(accepted).toMatchSnapshot();
});

/** Values that no option of these kinds may be. */
function wrongValues({ kinds }: OptionType): unknown[] {
  if (kinds.has("anything")) return [];
  const is = (...some: Parameters<typeof kinds.has>[0][]): boolean => some.some((kind) => kinds.has(kind));
  return [
    ...(is("object", "list") && !is("number", "boolean", "text", "choice", "function") ? [7] : []),
    NaN,
    ...(is("text") ? [] : ["no such choice"]),
    ...(is("number", "choice") ? [] : [0.5]),
    ...(is("boolean") ? [] : [true]),
    ...(is("function") ? [] : [() => 0]),
  ];
}

async function expectRejection(call: Call, option: string, value: unknown): Promise<void> {
  const error = await errorOf(call, { [option]: value });
  const shown = `${option}: ${typeof value === "string" ? JSON.stringify(value) : String(value)}`;
  expect(error, `${shown} is accepted`).toBeInstanceOf(Error);
  const { message } = error as Error;
  expect(message, shown).toContain(option);
  expect(message, shown).not.toMatch(
    /is not (?:a function|iterable|defined)|Cannot read|reading '|No (?:tensor|variable)/,
  );
}

/** Whether the first step rejects a number with a message that names the option. */
async function isRejected(call: Call, option: string, value: number): Promise<boolean> {
  const error = await errorOf(call, { [option]: value });
  return error instanceof Error && error.message.includes(option);
}

async function errorOf(call: Call, options: object): Promise<unknown> {
  try {
    await firstOf(call.call({ ...call.required?.(), ...options } as never));
    return undefined;
  } catch (error) {
    return error;
  }
}

/** The value, or a stream's first item: a generator checks its options then. */
async function firstOf(result: unknown): Promise<unknown> {
  const value = await result;
  if (typeof value !== "object" || value === null) return value;
  const stream = value as { next?: () => unknown; return?: () => unknown };
  if (typeof stream.next !== "function") return value;
  const first = await stream.next();
  await stream.return?.();
  return first;
}

/** The result of a call as JSON. */
async function resultOf(call: Call, options: object): Promise<string> {
  const result = await call.call({ ...call.required?.(), ...options } as never);
  const value = isStream(result) ? await itemsOf(result) : result;
  return JSON.stringify(value, (key, item: unknown) => (key === "milliseconds" ? 0 : plain(item))) ?? "";
}

async function itemsOf(stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

function isStream(value: unknown): value is AsyncIterable<unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    (Symbol.asyncIterator in value || Symbol.iterator in value) &&
    !Array.isArray(value)
  );
}

function plain(value: unknown): unknown {
  if (value instanceof tf.Tensor) return [value.shape, ...value.dataSync()];
  if (ArrayBuffer.isView(value)) return Array.from(value as Uint8Array);
  if (value instanceof Map || value instanceof Set) return [...value];
  return value;
}
