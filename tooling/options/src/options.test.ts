// Every function with options, found in the types, is called with each of its options wrong in each way. What is new must
// be in the table of calls. The snapshot has the numbers that each option takes: a person looks at what changes there.
import { rmSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Call, calls, temporaryFolder } from "./calls.ts";
import { functionsWithOptions, type OptionType } from "./functions-with-options.ts";

const functions = functionsWithOptions();
const cases = functions.filter(({ name }) => calls[name] !== undefined).map((each) => [each.name, each] as const);

beforeAll(async () => void (await tf.setBackend("cpu")));
afterAll(() => rmSync(temporaryFolder, { recursive: true, force: true }));

/** Checked by tests of their own, and not in the table yet. */
const elsewhere = [
  // Data of a pretraining instance, whose lengths of packed sequences are optional.
  "@bertkit/pretraining: instanceFeatures(instance)",
  "@bertkit/pretraining: unmasked(#0)",
  "bertkit/node: InstanceMaker.of(settings)",
  "bertkit/node: InstanceMaker.open(settings)",
  "bertkit/node: pretrain(options)",
  "bertkit/node: pretrainSettings(own)",
];

test("each function with options is in the table of calls, and nothing else is", () => {
  expect(Object.keys(calls).toSorted()).toEqual(
    functions
      .map(({ name }) => name)
      .filter((name) => !elsewhere.includes(name))
      .toSorted(),
  );
});

describe("refuses by its name an option", () => {
  test.each(cases)("that there is none of: %s", async (name) => {
    await expectRefusal(calls[name]!, "mispeltOption", 1);
  });

  test.each(cases)("of another kind, not among its choices, or not a number: %s", async (name, { options }) => {
    for (const option of options)
      for (const value of wrongValues(option)) await expectRefusal(calls[name]!, option.name, value);
  });
});

test.each(cases)("takes undefined as left out: %s", async (name, { options }) => {
  const call = calls[name]!;
  const optional = options.filter((option) => option.optional && !Object.hasOwn(call.given?.() ?? {}, option.name));
  if (call.neverRight !== undefined || optional.length === 0) return;
  const plain = await resultOf(call, {});
  for (const option of optional)
    expect([option.name, await resultOf(call, { [option.name]: undefined })]).toEqual([option.name, plain]);
});

test("takes of -1, 0 and 0.5 what it did, or of -1 alone where what is right is never called", async () => {
  const taken: Record<string, string> = {};
  for (const [name, { options }] of cases)
    for (const option of options.filter(({ kinds }) => kinds.has("number"))) {
      const call = calls[name]!;
      const numbers: number[] = [];
      for (const number of call.neverRight === undefined ? [-1, 0, 0.5] : [-1])
        if (!(await isRefused(call, option.name, number))) numbers.push(number);
      taken[`${name} ${option.name}`] = numbers.join(", ") || "none";
    }
  expect(taken).toMatchSnapshot();
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

async function expectRefusal(call: Call, option: string, value: unknown): Promise<void> {
  const error = await errorOf(call, { [option]: value });
  const shown = `${option}: ${typeof value === "string" ? JSON.stringify(value) : String(value)}`;
  expect(error, `${shown} is taken`).toBeInstanceOf(Error);
  const { message } = error as Error;
  expect(message, shown).toContain(option);
  expect(message, shown).not.toMatch(
    /is not (?:a function|iterable|defined)|Cannot read|reading '|No (?:tensor|variable)/,
  );
}

/** Whether a number is refused at once, by the option's name; what comes later of it is not waited for. */
async function isRefused(call: Call, option: string, value: number): Promise<boolean> {
  const error = await errorOf(call, { [option]: value });
  return error instanceof Error && error.message.includes(option);
}

async function errorOf(call: Call, options: object): Promise<unknown> {
  try {
    await opened(call.call({ ...call.given?.(), ...options } as never));
    return undefined;
  } catch (error) {
    return error;
  }
}

/** A stream's first item, which is when a generator checks. */
async function opened(result: unknown): Promise<unknown> {
  const value = await result;
  if (typeof value !== "object" || value === null) return value;
  const stream = value as { next?: () => unknown; return?: () => unknown };
  if (typeof stream.next !== "function") return value;
  const first = await stream.next();
  await stream.return?.();
  return first;
}

/** What a call gives, as JSON. */
async function resultOf(call: Call, options: object): Promise<string> {
  const result = await call.call({ ...call.given?.(), ...options } as never);
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
