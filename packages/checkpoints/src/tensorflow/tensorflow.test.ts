import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Rng } from "@bertkit/nn";
import { sharedData } from "@bertkit/testing";
import { describe, expect, test } from "vitest";
import { localFolder } from "../folders/local-folder.ts";
import { memoryFolder, type MemoryFolder } from "../folders/memory-folder.ts";
import type { TensorToStore } from "../safetensors/stored-tensor.ts";
import type { TensorSource } from "../tensor-source.ts";
import { checkpointPrefix } from "./checkpoint-prefix.ts";
import { openTensorflow } from "./open-tensorflow.ts";
import { uncompressSnappy } from "./table/snappy.ts";
import { writeTensorflow } from "./write-tensorflow.ts";

const index = "bert_model.ckpt.index";
const data = "bert_model.ckpt.data-00000-of-00001";
const tensors: TensorToStore[] = [
  { name: "bert/embeddings/LayerNorm/gamma", shape: [2], data: Float32Array.of(1, -0) },
  { name: "bert/embeddings/LayerNorm/beta", shape: [2, 1], data: Float32Array.of(NaN, 1e-42) },
  { name: "global_step", shape: [], data: BigInt64Array.of(2n ** 40n) },
  { name: "half", shape: [3], data: Float32Array.of(0.5, 1, 2), type: "F16" },
  { name: "brain", shape: [1], data: Float32Array.of(3), type: "BF16" },
  { name: "double", shape: [1], data: Float64Array.of(Math.PI) },
  { name: "flag", shape: [2], data: Uint8Array.of(1, 0), type: "BOOL" },
  { name: "small", shape: [2], data: Int8Array.of(-1, 1) },
  { name: "empty", shape: [0, 3], data: new Float32Array(0) },
];

async function written(list: readonly TensorToStore[] = tensors): Promise<MemoryFolder> {
  const folder = memoryFolder();
  await writeTensorflow(folder, "bert_model.ckpt", list);
  return folder;
}

async function all(source: TensorSource): Promise<TensorToStore[]> {
  const found: TensorToStore[] = [];
  for (const name of source.entries.keys()) found.push(await source.tensor(name));
  return found;
}

test("every type round-trips, sorted by name", async () => {
  const back = await all(await openTensorflow(await written(), "bert_model.ckpt"));
  expect(back.map(({ name }) => name)).toEqual(tensors.map(({ name }) => name).toSorted());
  for (const tensor of tensors) expect(back.find(({ name }) => name === tensor.name)).toMatchObject(tensor);
});

test("indexes of many blocks", async () => {
  const many = Array.from({ length: 9000 }, (_, i) => ({
    name: `bert/encoder/layer_${i}/a_long_name_that_hardly_compresses_${new Rng(i).bits()}`,
    shape: [1],
    data: Int32Array.of(i),
  }));
  const source = await openTensorflow(await written(many), "bert_model.ckpt");
  expect(source.entries.size).toBe(9000);
  for (const { name, data } of many.slice(0, 50)) expect((await source.tensor(name)).data).toEqual(data);
});

describe("says what is wrong with", () => {
  const edited = async (file: string, edit: (bytes: Uint8Array) => Uint8Array | void): Promise<MemoryFolder> => {
    const folder = await written();
    const bytes = folder.files.get(file)!.slice();
    await folder.write(file, edit(bytes) ?? bytes);
    return folder;
  };
  test.each<[string, string, (bytes: Uint8Array) => Uint8Array | void, RegExp]>([
    [
      "a flipped bit of the index",
      index,
      (bytes) => void (bytes[40]! ^= 4),
      /checksum of the index file's block at byte 0 is wrong/,
    ],
    ["a wrong footer", index, (bytes) => void (bytes[bytes.length - 1]! ^= 1), /no valid footer/],
    ["a truncated index", index, (bytes) => bytes.slice(0, -9), /no valid footer/],
    ["an empty index", index, () => new Uint8Array(3), /too few/],
    [
      "a block with an invalid offset",
      index,
      (bytes) => void bytes.fill(255, bytes.length - 48, bytes.length - 28),
      /block with an invalid offset/,
    ],
    ["truncated data", data, (bytes) => bytes.slice(0, -1), /is at .* of a data file of \d+ bytes/],
  ])("%s", async (_, file, edit, message) => {
    await expect(openTensorflow(await edited(file, edit), "bert_model.ckpt")).rejects.toThrow(message);
  });

  test("a flipped bit of the data, when it is read", async () => {
    const source = await openTensorflow(await edited(data, (bytes) => void (bytes[0]! ^= 1)), "bert_model.ckpt");
    await expect(source.tensor("bert/embeddings/LayerNorm/beta")).rejects.toThrow(
      /checksum of "bert\/embeddings\/LayerNorm\/beta" is wrong/,
    );
    expect((await source.tensor("small")).data).toEqual(Int8Array.of(-1, 1));
  });

  test("missing files and names", async () => {
    const folder = memoryFolder();
    await expect(openTensorflow(folder, "model.ckpt")).rejects.toThrow(/no model\.ckpt\.index in memory/);
    await folder.write("model.ckpt.index", (await written()).files.get(index)!);
    await expect(openTensorflow(folder, "model.ckpt")).rejects.toThrow(/no model\.ckpt\.data-00000-of-00001 in memory/);
    await expect((await openTensorflow(await written(), "bert_model.ckpt")).tensor("x")).rejects.toThrow(/has no "x"/);
  });

  test("tensors that cannot be written", async () => {
    await expect(written([tensors[0]!, tensors[0]!])).rejects.toThrow(/given twice/);
    await expect(written([{ name: "a", shape: [3], data: new Float32Array(2) }])).rejects.toThrow(
      /has 3 elements, got 2/,
    );
    await expect(written([{ name: "a", shape: [1], data: new Int32Array(1), type: "F16" }])).rejects.toThrow(
      /cannot be stored as F16/,
    );
    const list = { name: "a", shape: [2], data: [1.5, 2] as never };
    await expect(written([list])).rejects.toThrow('writeTensorflow: the data of "a" must be a typed array, got a list');
    await expect(written([{ ...list, type: "U8" }])).rejects.toThrow(/"a" cannot be stored as U8 from this Array/);
    await expect(writeTensorflow(memoryFolder(), undefined as never, tensors)).rejects.toThrow(
      "writeTensorflow: prefix must be a text, got undefined.",
    );
  });
});

test("the name of the latest checkpoint", () => {
  expect(checkpointPrefix('model_checkpoint_path: "model.ckpt-20"\nall_model_checkpoint_paths: "x"\n')).toBe(
    "model.ckpt-20",
  );
  expect(checkpointPrefix('model_checkpoint_path: "/data/run/model.ckpt-20"')).toBe("model.ckpt-20");
  expect(checkpointPrefix('model_checkpoint_path: "variables/variables"')).toBe("variables/variables");
  expect(checkpointPrefix('model_checkpoint_path: "../run/model.ckpt-20"')).toBe("model.ckpt-20");
  for (const path of [
    "gs://bucket/runs/model.ckpt-100",
    "C:/runs/model.ckpt-100",
    "C:\\\\runs\\\\model.ckpt-100",
    "\\\\\\\\host\\\\runs\\\\model.ckpt-100",
    "file:///runs/../model.ckpt-100",
  ])
    expect(checkpointPrefix(`model_checkpoint_path: "${path}"`)).toBe("model.ckpt-100");
  for (const name of ["mod\\303\\250le", "mod\\xc3\\xa8le", "mod\\u00e8le", "mod\\U000000e8le", "modèle"])
    expect(checkpointPrefix(`model_checkpoint_path: "${name}.ckpt"`)).toBe("modèle.ckpt");
  expect(checkpointPrefix(String.raw`model_checkpoint_path: "a\"b\'c"`)).toBe(`a"b'c`);
  expect(checkpointPrefix("")).toBeUndefined();
  expect(() => checkpointPrefix('model_checkpoint_path: "C:\\\\runs\\\\.."')).toThrow(/may be outside/);
  expect(() => checkpointPrefix(String.raw`model_checkpoint_path: "\056\056/a\\b"`)).toThrow(/may be outside/);
  expect(() => checkpointPrefix(String.raw`model_checkpoint_path: "a\000b"`)).toThrow(/may be outside/);
  expect(() => checkpointPrefix('model_checkpoint_path: "../.."')).toThrow(/may be outside/);
  expect(() => checkpointPrefix('model_checkpoint_path: "a\\\\..\\\\b"')).toThrow(/may be outside/);
});

describe("snappy", () => {
  const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
  const ascii = (value: string): number[] => [...Buffer.from(value)];

  // Derived by hand from format_description.txt.
  test("literals and each kind of copy", () => {
    expect(Buffer.from(uncompressSnappy(bytes(5, 16, ...ascii("abcde")))).toString()).toBe("abcde");
    expect(Buffer.from(uncompressSnappy(bytes(8, 4, ...ascii("ab"), 0b000_010_01, 2))).toString()).toBe("ab".repeat(4));
    expect(Buffer.from(uncompressSnappy(bytes(7, 0, ...ascii("a"), 0b000101_10, 1, 0))).toString()).toBe("aaaaaaa");
    expect(Buffer.from(uncompressSnappy(bytes(3, 0, ...ascii("a"), 0b000001_11, 1, 0, 0, 0))).toString()).toBe("aaa");
    const long = Array.from({ length: 70 }, (_, i) => i);
    expect([...uncompressSnappy(bytes(70, 60 << 2, 69, ...long))]).toEqual(long);
  });

  test.each([
    ["an absurd length", bytes(255, 255, 255, 255, 127, 0, 65), /claims .* decompressed bytes/],
    ["a copy from before the start", bytes(4, 0, 65, 0b000010_10, 9, 0), /damaged/],
    ["a copy with offset 0", bytes(4, 0, 65, 0b000010_10, 0, 0), /damaged/],
    ["more than it claims", bytes(1, 4, 65, 66), /damaged/],
    ["less than it claims", bytes(3, 0, 65), /damaged/],
    ["an end in a literal", bytes(9, 20, 65), /expected \d+ more bytes/],
  ])("%s", (_, input, message) => {
    expect(() => uncompressSnappy(input)).toThrow(message);
  });
});

test("an index that Snappy's own library compressed", async () => {
  const folder = localFolder(fileURLToPath(new URL("../__fixtures__/snappy-index", import.meta.url)));
  const source = await openTensorflow(folder, "bert_model.ckpt");
  expect(source.entries.size).toBe(81);
  for (let i = 0; i < 40; i++) {
    const [kernel, bias] = [
      await source.tensor(`bert/encoder/layer_${i}/output/dense/kernel`),
      await source.tensor(`bert/encoder/layer_${i}/output/dense/bias`),
    ];
    expect(kernel).toMatchObject({ shape: [2, 3], data: Float32Array.of(i, i + 1, i + 2, i + 3, i + 4, i + 5) });
    expect(bias).toMatchObject({ shape: [3], data: Float32Array.of(i, i + 1, i + 2) });
  }
  expect((await source.tensor("global_step")).data).toEqual(BigInt64Array.of(20n));
  await source.close();
});

test.skipIf(!sharedData)(
  "Google's own checkpoint is rewritten byte for byte (skipped without the shared data)",
  async () => {
    const published = localFolder(join(sharedData!, "checkpoints/tf1-bert-L2-H4"));
    const source = await openTensorflow(published, "bert_model.ckpt");
    expect(source.entries.size).toBe(139);
    expect((await source.tensor("global_step")).data).toEqual(BigInt64Array.of(20n));
    const folder = await written(await all(source));
    await source.close();
    for (const name of [index, data])
      expect(Buffer.compare(folder.files.get(name)!, (await published.read(name))!), name).toBe(0);
  },
);
