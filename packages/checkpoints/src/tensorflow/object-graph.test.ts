import { expect, test } from "vitest";
import { varint } from "../binary/varint.ts";
import { maskedCrc32c } from "../binary/crc-32.ts";
import { memoryFolder, type MemoryFolder } from "../folders/memory-folder.ts";
import { encodeBundleEntry, encodeBundleHeader } from "./bundle-entry.ts";
import { objectGraphKey, variableNames } from "./object-graph.ts";
import { openTensorflow } from "./open-tensorflow.ts";
import { stringType } from "./tensorflow-types.ts";
import { writeTable } from "./table/write-table.ts";

const encoder = new TextEncoder();
const suffix = "/.ATTRIBUTES/VARIABLE_VALUE";

const message = (field: number, content: Iterable<number>): number[] => {
  const bytes = [...content];
  return [(field << 3) | 2, ...varint(bytes.length), ...bytes];
};

/** The graph of variables: the full name of each by its key. */
function graphOf(names: Readonly<Record<string, string>>): Uint8Array {
  const attributes = Object.entries(names).map(([key, name]) =>
    message(1, message(2, [...message(2, encoder.encode(name)), ...message(3, encoder.encode(key))])),
  );
  return Uint8Array.from(attributes.flat());
}

/** A checkpoint of float scalars, counted from 1. */
function checkpointOf(names: Readonly<Record<string, string>>): MemoryFolder {
  const graph = graphOf(names);
  const length = new Uint8Array(Uint32Array.of(graph.length).buffer);
  const lengthCrc = new Uint8Array(Uint32Array.of(maskedCrc32c(length)).buffer);
  const stored = [...varint(graph.length), ...lengthCrc, ...graph];
  const data = [...stored];
  const [shard, partitioned] = [0, false];
  const crc = maskedCrc32c(Uint8Array.from([...length, ...lengthCrc, ...graph]));
  const entries: [Uint8Array, Uint8Array][] = [
    [new Uint8Array(0), encodeBundleHeader({ shards: 1 })],
    [
      encoder.encode(objectGraphKey),
      encodeBundleEntry({ type: stringType, shape: [], shard, offset: 0, size: stored.length, crc, partitioned }),
    ],
  ];
  for (const [i, key] of Object.keys(names).entries()) {
    const value = new Uint8Array(Float32Array.of(i + 1).buffer);
    const place = { shard, offset: data.length, size: 4, crc: maskedCrc32c(value), partitioned };
    entries.push([encoder.encode(key), encodeBundleEntry({ type: 1, shape: [], ...place })]);
    data.push(...value);
  }
  return memoryFolder({ "ckpt.index": writeTable(entries), "ckpt.data-00000-of-00001": Uint8Array.from(data) });
}

const namesOf = (names: Readonly<Record<string, string>>): object =>
  Object.fromEntries(variableNames(graphOf(names), Object.keys(names)));

test("a variable has its full name, or its path if it has none or shares it", () => {
  expect(namesOf({ [`a${suffix}`]: "dense/kernel", [`b${suffix}`]: "", c: "x", [`d${suffix}`]: "x" })).toEqual({
    [`a${suffix}`]: "dense/kernel",
    [`b${suffix}`]: "b",
    c: "c",
    [`d${suffix}`]: "d",
  });
});

test("a path that is the full name of another variable gives that one its path too", async () => {
  const names = { [`a${suffix}`]: "b", [`b${suffix}`]: "x", [`c${suffix}`]: "x", [`d${suffix}`]: "a" };
  expect(Object.values(namesOf(names))).toEqual(["a", "b", "c", "d"]);
  const source = await openTensorflow(checkpointOf(names), "ckpt");
  expect([...source.entries.keys()]).toEqual(["a", "b", "c", "d"]);
  for (const [i, name] of ["a", "b", "c", "d"].entries())
    expect((await source.tensor(name)).data).toEqual(Float32Array.of(i + 1));
});

test("two variables of one path are an error", async () => {
  await expect(openTensorflow(checkpointOf({ a: "", [`a${suffix}`]: "" }), "ckpt")).rejects.toThrow(
    'the object graph of ckpt gives the name of "a" to another variable too',
  );
});

test("takes linear time if each path is the name of the next variable", () => {
  const count = 30_000;
  const names = Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`${i}${suffix}`, String(Math.min(i + 1, count - 1))]),
  );
  const graph = graphOf(names);
  const begin = performance.now();
  const found = variableNames(graph, Object.keys(names));
  expect(performance.now() - begin).toBeLessThan(5000);
  for (const [key, name] of found) if (key !== name + suffix) expect.fail(`${key} is called ${name}`);
});
