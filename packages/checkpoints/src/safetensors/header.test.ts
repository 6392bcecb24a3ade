import { describe, expect, test } from "vitest";
import { CheckpointError } from "../checkpoint-error.ts";
import { readSafetensors } from "./read-safetensors.ts";

function file(header: string, dataSize: number, claimedLength?: bigint): Uint8Array {
  const json = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + json.length + dataSize);
  new DataView(bytes.buffer).setBigUint64(0, claimedLength ?? BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

const one = (fields: string): string => `{"a":{${fields}}}`;
const good = `"dtype":"F32","shape":[2],"data_offsets":[0,8]`;

test("reads valid headers, also with spaces after the JSON", () => {
  expect([...readSafetensors(file(`${one(good)}   `, 8)).tensors.keys()]).toEqual(["a"]);
  expect(readSafetensors(file(`{"__metadata__":{"k":"v"}}`, 0))).toEqual({ metadata: { k: "v" }, tensors: new Map() });
  expect(
    readSafetensors(file(`{"__proto__":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}`, 1)).tensors.get("__proto__")
      ?.shape,
  ).toEqual([]);
  expect(
    readSafetensors(file(one(`"dtype":"I8","shape":[4,0],"data_offsets":[0,0]`), 0)).tensors.get("a")?.data.length,
  ).toBe(0);
});

describe("says what is wrong with", () => {
  const cases: [string, Uint8Array, RegExp][] = [
    ["an empty file", new Uint8Array(0), /0 bytes is too short/],
    ["a header longer than the file", file(one(good), 8, 5000n), /5000 bytes, but the file has/],
    ["a header of absurd length", file(one(good), 8, 2n ** 63n), /9223372036854775808 bytes, more than the 100000000/],
    ["anything but JSON", file("not json at all", 8), /not a JSON object/],
    ["truncated JSON", file(one(good), 8, 20n), /not JSON/],
    ["broken UTF-8", Uint8Array.of(6, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31), /not JSON/],
    ["a lone surrogate", file(`{"\\ud800":{${good}}}`, 8), /not JSON/],
    ["deeply nested values", file(one(`"x":${"[".repeat(9000)}`), 8), /nested deeper than 64/],
    ["data after the end", file(`${one(good)}x`, 8), /not JSON: data after the end at byte/],
    ["a field given twice", file(one(`${good},"dtype":"F32"`), 8), /"a" has dtype twice/],
    ["metadata given twice", file(`{"__metadata__":{},"__metadata__":{}}`, 0), /__metadata__ twice/],
    ["65 axes", file(one(`"dtype":"U8","shape":[${"1,".repeat(64)}1],"data_offsets":[0,1]`), 1), /at most 64 counts/],
    [
      "an overflow hidden by a zero",
      file(one(`"dtype":"U8","shape":[9007199254740991,9007199254740991,0],"data_offsets":[0,0]`), 0),
      /takes too many bytes/,
    ],
    [
      "a count with a zero fraction",
      file(one(`"dtype":"U8","shape":[1.0],"data_offsets":[0,1]`), 1),
      /not a list of at most 64 counts/,
    ],
    ["a list", file("[]", 0), /not a JSON object/],
    ["a space before the brace", file(` ${one(good)}`, 8), /not a JSON object/],
    ["a name given twice", file(`{"a":{${good}},"a":{${good}}}`, 8), /names a tensor twice/],
    ["metadata that is not an object", file(`{"__metadata__":[]}`, 0), /__metadata__ is not an object/],
    ["metadata that is not a string", file(`{"__metadata__":{"k":1}}`, 0), /"k" is not a string/],
    ["a tensor that is not an object", file(`{"a":3}`, 0), /"a" has no dtype/],
    [
      "an unknown dtype",
      file(one(`"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]`), 8),
      /dtype "F8_E4M3"; supported are U64, /,
    ],
    [
      "a negative length",
      file(one(`"dtype":"F32","shape":[-2],"data_offsets":[0,8]`), 8),
      /shape \[-2\], not a list of at most 64 counts/,
    ],
    [
      "a fractional length",
      file(one(`"dtype":"F32","shape":[0.5,4],"data_offsets":[0,8]`), 8),
      /not a list of at most 64 counts/,
    ],
    ["no offsets", file(one(`"dtype":"F32","shape":[2]`), 8), /data_offsets undefined/],
    ["three offsets", file(one(`"dtype":"F32","shape":[2],"data_offsets":[0,8,8]`), 8), /not a pair/],
    ["reversed offsets", file(one(`"dtype":"F32","shape":[2],"data_offsets":[8,0]`), 8), /is at 8\.\.0/],
    ["truncated data", file(one(good), 7), /is at 0\.\.8 of 7 bytes.*truncated/],
    [
      "a shape that does not match",
      file(one(`"dtype":"F32","shape":[3],"data_offsets":[0,8]`), 8),
      /shape \[3\], takes 12 bytes, but its data_offsets span 8/,
    ],
    [
      "a shape that overflows",
      file(one(`"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,8]`), 8),
      /takes .* bytes/,
    ],
    ["an overlap", file(`{"a":{${good}},"b":{"dtype":"U8","shape":[8],"data_offsets":[4,12]}}`, 12), /"b" overlaps/],
    [
      "a gap",
      file(`{"a":{${good}},"b":{"dtype":"U8","shape":[1],"data_offsets":[9,10]}}`, 10),
      /before "b", belong to no tensor/,
    ],
    ["data after the last tensor", file(one(good), 9), /at the end belong to no tensor/],
  ];

  test.each(cases)("%s", (_, bytes, message) => {
    expect(() => readSafetensors(bytes)).toThrow(message);
    expect(() => readSafetensors(bytes)).toThrow(CheckpointError);
  });
});
