import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { sharedData, sharedModels } from "@bertkit/testing";
import { describe, expect, test } from "vitest";
import { memoryFolder } from "../folders/memory-folder.ts";
import { writeTensorflow } from "../tensorflow/write-tensorflow.ts";
import { writeTfjs } from "../tfjs/write-tfjs.ts";
import { readSafetensors } from "./read-safetensors.ts";
import type { TensorToStore } from "./stored-tensor.ts";
import { writeSafetensors } from "./write-safetensors.ts";
import { writeShardedSafetensors } from "./write-shards.ts";

const everyType: TensorToStore[] = [
  { name: "u8", shape: [3], data: Uint8Array.of(0, 1, 255) },
  { name: "bool", shape: [2], data: Uint8Array.of(1, 0), type: "BOOL" },
  { name: "i8", shape: [1, 2], data: Int8Array.of(-128, 127) },
  { name: "i16", shape: [1], data: Int16Array.of(-5) },
  { name: "u16", shape: [1], data: Uint16Array.of(65_535) },
  { name: "half", shape: [2], data: Float32Array.of(0.5, -2), type: "F16" },
  { name: "brain", shape: [2], data: Float32Array.of(1, 3), type: "BF16" },
  { name: "f32 é", shape: [2, 1], data: Float32Array.of(NaN, 1e-42) },
  { name: "i32", shape: [], data: Int32Array.of(-7) },
  { name: "u32", shape: [1], data: Uint32Array.of(4_000_000_000) },
  { name: "f64", shape: [1], data: Float64Array.of(Math.PI) },
  { name: "i64", shape: [1], data: BigInt64Array.of(-(2n ** 62n)) },
  { name: "u64", shape: [1], data: BigUint64Array.of(2n ** 64n - 1n) },
  { name: "empty", shape: [0, 5], data: new Float32Array(0) },
];

test("every element type round-trips", () => {
  const { tensors, metadata } = readSafetensors(writeSafetensors(everyType));
  expect(metadata).toEqual({ format: "pt" });
  expect(tensors.size).toBe(everyType.length);
  for (const { name, shape, data } of everyType) {
    expect(tensors.get(name)!.shape, name).toEqual(shape);
    expect(tensors.get(name)!.data, name).toEqual(data);
  }
  expect(tensors.get("half")!.type).toBe("F16");
  expect(tensors.get("bool")!.type).toBe("BOOL");
});

test("the same tensors give the same bytes in any order, all aligned", () => {
  const file = writeSafetensors(everyType, { metadata: { b: "2", a: "1" } });
  expect(writeSafetensors(everyType.toReversed(), { metadata: { a: "1", b: "2" } })).toEqual(file);
  expect(Number(new DataView(file.buffer).getBigUint64(0, true)) % 8).toBe(0);
  for (const { type, data } of readSafetensors(file).tensors.values()) {
    if (type !== "F16" && type !== "BF16") expect(data.buffer, "a view, not a copy").toBe(file.buffer);
  }
});

test("reads bytes that are unaligned in memory", () => {
  const file = writeSafetensors(everyType);
  const shifted = new Uint8Array(file.length + 1);
  shifted.set(file, 1);
  expect(readSafetensors(shifted.subarray(1)).tensors.get("f64")!.data[0]).toBe(Math.PI);
});

test("rejects what it cannot write", () => {
  expect(() => writeSafetensors([{ name: "a", shape: [3], data: new Float32Array(2) }])).toThrow(
    /"a" of shape \[3\] has 3 elements, got 2/,
  );
  expect(() => writeSafetensors([everyType[0]!, everyType[0]!])).toThrow(/"u8" is given twice/);
  expect(() => writeSafetensors([{ name: "__metadata__", shape: [1], data: new Float32Array(1) }])).toThrow(/reserved/);
  expect(() => writeSafetensors([{ name: "a", shape: [1], data: Uint8Array.of(2), type: "BOOL" }])).toThrow(
    /cannot be stored as BOOL/,
  );
  expect(() => writeSafetensors([{ name: "a", shape: [1], data: new Int32Array(1), type: "F16" }])).toThrow(
    /cannot be stored as F16 from this Int32Array/,
  );
  const list = { name: "a", shape: [2], data: [1.5, 2] as never };
  expect(() => writeSafetensors([list, { name: "b", shape: [3], data: Uint8Array.of(1, 2, 3) }])).toThrow(
    'writeSafetensors: the data of "a" must be a typed array, got a list of 2.',
  );
  expect(() => writeSafetensors([{ ...list, type: "F32" }])).toThrow(/"a" cannot be stored as F32 from this Array/);
  expect(() => writeSafetensors([{ ...list, type: "U8" }])).toThrow(/"a" cannot be stored as U8 from this Array/);
});

test.each<[string, object, string]>([
  ["a negative length", { shape: [-1, -2] }, '"a" has shape [-1,-2], not a list'],
  ["half a length", { shape: [0.5, 4] }, '"a" has shape [0.5,4], not a list'],
  ["too many axes", { shape: Array.from({ length: 65 }, () => 1) }, '"a" has shape a list, not a list of at most 64'],
  ["no list as shape", { shape: 2 }, '"a" has shape 2, not a list'],
  ["a number as name", { name: 5 }, "a tensor's name must be a text, got 5."],
  ["a name without UTF-8", { name: "a\ud800" }, "has half of a surrogate pair"],
  ["another type", { type: "f32" }, '"a" has type "f32"; supported are U64, I64'],
])("rejects what its own reader would reject: %s", async (_, wrong, message) => {
  const tensor = { name: "a", shape: [2], data: Float32Array.of(1, 2), ...wrong };
  expect(() => writeSafetensors([tensor])).toThrow(message);
  const folder = memoryFolder();
  await expect(writeShardedSafetensors(folder, [tensor])).rejects.toThrow(message);
  await expect(writeTensorflow(folder, "model.ckpt", [tensor])).rejects.toThrow(message);
  await expect(writeTfjs(folder, [tensor])).rejects.toThrow(message);
  expect(folder.files.size).toBe(0);
});

test.each<[object, string]>([
  [{ step: 5 }, 'writeSafetensors: metadata "step" must be a text, got 5.'],
  [{ step: undefined }, 'metadata "step" must be a text, got undefined.'],
  [{ step: "\udc00" }, 'metadata "step" has half of a surrogate pair'],
  [{ "\udc00": "a" }, "has half of a surrogate pair"],
])("rejects metadata %j", async (metadata, message) => {
  const folder = memoryFolder();
  expect(() => writeSafetensors([everyType[0]!], { metadata: metadata as never })).toThrow(message);
  await expect(writeShardedSafetensors(folder, everyType, { metadata: metadata as never })).rejects.toThrow(message);
  expect(folder.files.size).toBe(0);
});

describe("published files are rewritten byte for byte", () => {
  test.skipIf(!sharedModels)("all-MiniLM-L6-v2 (skipped without the shared models)", async () => {
    const bytes = new Uint8Array(await readFile(join(sharedModels!, "all-MiniLM-L6-v2/model.safetensors")));
    const { tensors, metadata } = readSafetensors(bytes);
    expect(tensors.size).toBe(104);
    expect(tensors.get("embeddings.position_ids")!.data.slice(0, 3)).toEqual(BigInt64Array.of(0n, 1n, 2n));
    expect(Buffer.compare(writeSafetensors(tensors.values(), { metadata }), bytes)).toBe(0);
  });

  test.skipIf(!sharedData)("safetensors-bert-L2-H32 (skipped without the shared data)", async () => {
    const bytes = new Uint8Array(
      await readFile(join(sharedData!, "checkpoints/safetensors-bert-L2-H32/model.safetensors")),
    );
    const { tensors, metadata } = readSafetensors(bytes);
    expect(tensors.get("encoder.layer.1.output.dense.weight")!.shape).toEqual([32, 64]);
    expect(Buffer.compare(writeSafetensors(tensors.values(), { metadata }), bytes)).toBe(0);
  });
});
