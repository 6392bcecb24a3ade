import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { memoryFolder } from "../folders/memory-folder.ts";
import type { TensorToStore } from "../safetensors/stored-tensor.ts";
import { openTfjs } from "./open-tfjs.ts";
import { writeTfjs } from "./write-tfjs.ts";

const tensors: TensorToStore[] = [
  { name: "dense/kernel", shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, -0) },
  { name: "ids", shape: [2], data: Int32Array.of(-1, 7) },
  { name: "mask", shape: [3], data: Uint8Array.of(1, 0, 1), type: "BOOL" },
  { name: "half", shape: [2], data: Float32Array.of(0.5, -2), type: "F16" },
  { name: "scalar", shape: [], data: Float32Array.of(9) },
];

test.each([4 << 20, 5])("round-trips, in files of at most %i bytes", async (shardBytes) => {
  const folder = memoryFolder();
  await writeTfjs(folder, tensors, { shardBytes });
  expect(folder.files.size).toBe(shardBytes === 5 ? 1 + Math.ceil(43 / 5) : 2);
  const source = (await openTfjs(folder))!;
  for (const { name, shape, data } of tensors) expect(await source.tensor(name)).toMatchObject({ shape, data });
  expect(source.entries.get("half")).toEqual({ name: "half", type: "F32", shape: [2] });
  await source.close();
});

test('reads paths that begin with "./"', async () => {
  const manifest = (...paths: string[]): string =>
    JSON.stringify({ weightsManifest: [{ paths, weights: [{ name: "a", shape: [2], dtype: "float32" }] }] });
  const bytes = {
    "a.bin": new Uint8Array(Float32Array.of(1).buffer),
    "b.bin": new Uint8Array(Float32Array.of(2).buffer),
  };
  const folder = memoryFolder({ ...bytes, "model.json": manifest("./a.bin", "././b.bin") });
  expect((await (await openTfjs(folder))!.tensor("a")).data).toEqual(Float32Array.of(1, 2));
  const twice = memoryFolder({ ...bytes, "model.json": manifest("./a.bin", "a.bin") });
  await expect(openTfjs(twice)).rejects.toThrow("the manifest names a.bin twice");
  const outside = memoryFolder({ ...bytes, "model.json": manifest("./../a.bin", "b.bin") });
  await expect(openTfjs(outside)).rejects.toThrow(/may be outside/);
});

test("rejects data that are no typed array", async () => {
  await expect(writeTfjs(memoryFolder(), [{ name: "a", shape: [2], data: [1.5, 2] as never }])).rejects.toThrow(
    'writeTfjs: the data of "a" must be a typed array, got a list of 2.',
  );
});

test("TensorFlow.js reads our files", async () => {
  const folder = memoryFolder();
  await writeTfjs(folder, tensors, { shardBytes: 16 });
  const { weightsManifest } = JSON.parse(Buffer.from(folder.files.get("model.json")!).toString()) as {
    weightsManifest: tf.io.WeightsManifestConfig;
  };
  const load = tf.io.weightsLoaderFactory(async (paths) =>
    paths.map((path) => folder.files.get(path.replace(/^\//, ""))!.slice().buffer),
  );
  const loaded = await load(weightsManifest, "");
  for (const { name, shape, data } of tensors) {
    expect(loaded[name]!.shape, name).toEqual(shape);
    expect([...(await loaded[name]!.data())], name).toEqual([...data]);
  }
  tf.dispose(loaded);
});

test("reads files of TensorFlow.js", async () => {
  const named = { a: tf.tensor2d([1, 2, 3, 4], [2, 2]), b: tf.tensor1d([5, 6], "int32") };
  const { data, specs } = await tf.io.encodeWeights(named);
  const folder = memoryFolder({
    "model.json": JSON.stringify({ weightsManifest: [{ paths: ["weights.bin"], weights: specs }] }),
    "weights.bin": new Uint8Array(data as ArrayBuffer),
  });
  const source = (await openTfjs(folder))!;
  expect((await source.tensor("a")).data).toEqual(Float32Array.of(1, 2, 3, 4));
  expect((await source.tensor("b")).data).toEqual(Int32Array.of(5, 6));
  tf.dispose(named);
});

test("dequantizes like TensorFlow.js", async () => {
  const specs: tf.io.WeightsManifestEntry[] = [
    { name: "eight", shape: [4], dtype: "float32", quantization: { dtype: "uint8", scale: 0.1, min: -0.3 } },
    { name: "sixteen", shape: [2], dtype: "float32", quantization: { dtype: "uint16", scale: 1e-4, min: 2 } },
    { name: "integers", shape: [2], dtype: "int32", quantization: { dtype: "uint8", scale: 2.3, min: -10 } },
    { name: "half", shape: [2], dtype: "float32", quantization: { dtype: "float16" } },
  ];
  const bytes = Uint8Array.of(0, 3, 128, 255, 1, 0, 255, 255, 7, 200, 0x00, 0x3c, 0x01, 0x80);
  const folder = memoryFolder({
    "model.json": JSON.stringify({ weightsManifest: [{ paths: ["weights.bin"], weights: specs }] }),
    "weights.bin": bytes,
  });
  const source = (await openTfjs(folder))!;
  const expected = tf.io.decodeWeights(bytes.slice().buffer, specs);
  for (const { name } of specs)
    expect([...(await source.tensor(name)).data], name).toEqual([...expected[name]!.dataSync()]);
  tf.dispose(expected);
});

describe("says what is wrong with", () => {
  const weight = { name: "a", shape: [2], dtype: "float32" };
  const manifest = (weights: unknown, paths: unknown = ["w.bin"]): unknown => [{ paths, weights }];
  test.each<[string, unknown, RegExp]>([
    ["no manifest", undefined, /no weightsManifest/],
    ["a manifest of texts", ["x"], /damaged/],
    ["no paths", manifest([weight], null), /lacks paths/],
    ["a path outside the folder", manifest([weight], ["../w.bin"]), /may be outside/],
    ["a path that is a number", manifest([weight], [4]), /not a string/],
    ["a path twice", manifest([weight], ["w.bin", "w.bin"]), /names w\.bin twice/],
    ["a missing file", manifest([weight], ["none.bin"]), /names none\.bin, which does not exist in memory/],
    ["a name twice", manifest([weight, weight]), /names "a" twice/],
    ["a nameless tensor", manifest([{ ...weight, name: 3 }]), /no name/],
    ["text tensors", manifest([{ ...weight, dtype: "string" }]), /dtype "string"; supported are float32, int32, bool/],
    ["a negative shape", manifest([{ ...weight, shape: [-2] }]), /not a list of at most 64 counts/],
    ["too large a shape", manifest([{ ...weight, shape: [3] }]), /should have 12 bytes in total, got 8/],
    ["an absurd shape", manifest([{ ...weight, shape: [2 ** 40, 2 ** 40] }]), /too many bytes/],
    ["an unknown packing", manifest([{ ...weight, quantization: { dtype: "int4" } }]), /quantized as "int4"/],
    [
      "a packing without scale",
      manifest([{ ...weight, quantization: { dtype: "uint8", min: 0 } }]),
      /with scale and min/,
    ],
  ])("%s", async (_, weightsManifest, message) => {
    const folder = memoryFolder({ "model.json": JSON.stringify({ weightsManifest }), "w.bin": new Uint8Array(8) });
    await expect(openTfjs(folder)).rejects.toThrow(message);
  });

  test("what cannot be written", async () => {
    const folder = memoryFolder();
    await expect(writeTfjs(folder, [tensors[0]!, tensors[0]!])).rejects.toThrow(/names must be unique/);
    await expect(writeTfjs(folder, [{ name: "a", shape: [1], data: new BigInt64Array(1) }])).rejects.toThrow(/I64/);
    await expect(writeTfjs(folder, tensors, { shardBytes: 0 })).rejects.toThrow(/at least 1, got 0/);
    expect(folder.files.size).toBe(0);
  });
});
