import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { sharedData } from "@bertkit/testing";
import { describe, expect, test } from "vitest";
import { int, pickle, stateDict, tensor, text, torchZip, zip } from "../__fixtures__/pickle-bytes.ts";
import { CheckpointError } from "../checkpoint-error.ts";
import { localFolder } from "../folders/local-folder.ts";
import { bytesSource } from "../random-access.ts";
import type { TensorSource } from "../tensor-source.ts";
import { openPytorch } from "./open-pytorch.ts";

const floats = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer);
const open = (bytes: Uint8Array): Promise<TensorSource> => openPytorch(bytesSource(bytes));
const openPickle = (...parts: Parameters<typeof pickle>): Promise<TensorSource> => open(torchZip(pickle(...parts)));

test("a state dict of one tensor", async () => {
  const opened = await open(torchZip(stateDict(), floats));
  expect([...opened.entries.values()]).toEqual([{ name: "a", type: "F32", shape: [4] }]);
  expect((await opened.tensor("a")).data).toEqual(Float32Array.of(1, 2, 3, 4));
  await expect(opened.tensor("b")).rejects.toThrow(/has no "b"/);
});

test.each([
  ["a transposed view", { shape: [2, 2], strides: [1, 2] }, [1, 3, 2, 4]],
  ["every second element", { offset: 1, shape: [2], strides: [2] }, [2, 4]],
  ["a repeated element", { offset: 2, shape: [3], strides: [0] }, [3, 3, 3]],
  ["a scalar", { offset: 3, shape: [], strides: [] }, [4]],
  ["no elements", { offset: 4, shape: [0, 7], strides: [7, 1] }, []],
  ["an axis of length 1 with any stride", { shape: [1, 4], strides: [999, 1] }, [1, 2, 3, 4]],
])("%s", async (_, spec, values) => {
  const { data, shape } = await (await open(torchZip(stateDict(spec), floats))).tensor("a");
  expect([...data]).toEqual(values);
  expect(shape).toEqual(spec.shape);
});

test("nested containers become dotted names, plain values metadata", async () => {
  const opened = await openPickle(
    "ccollections\nOrderedDict\n)R(",
    text("model"),
    "}",
    text("a"),
    ...tensor(),
    "s",
    text("epoch"),
    int(3),
    text("list"),
    "](",
    ...tensor(),
    ...tensor(),
    "eu}b",
  );
  expect([...opened.entries.keys()]).toEqual(["model.a", "list.0", "list.1"]);
  expect(opened.metadata).toEqual({ epoch: "3" });
});

test("ordered dicts of Python 2", async () => {
  const opened = await openPickle("ccollections\nOrderedDict\n(]](", text("a"), ...tensor(), "eatR");
  expect([...opened.entries.keys()]).toEqual(["a"]);
});

describe("executes nothing and rejects", () => {
  test.each<[string, Parameters<typeof pickle>, RegExp]>([
    [
      "a command",
      ["cposix\nsystem\n(", text("touch /tmp/owned"), "tR"],
      /names posix\.system, which is not part of a tensor/,
    ],
    ["a command, protocol 4", [text("os"), text("system"), "\x93(", text("id"), "tR"], /names os\.system/],
    ["builtins", ["c__builtin__\neval\n(", text("1"), "tR"], /names __builtin__\.eval/],
    ["getattr through an allowed module", ["ctorch._utils\n__builtins__\n"], /names torch\._utils\.__builtins__/],
    ["a prototype's name", ["ctorch\nconstructor\n"], /names torch\.constructor/],
    ["an old instance", ["(", text("x"), "ios\nsystem\n"], /opcode 0x69/],
    ["an object", ["(cos\nsystem\no"], /names os\.system/],
    ["an extension code", ["\x82\x01"], /opcode 0x82/],
    ["a call of text", [text("x"), ")R"], /calls something that is not a function/],
    ["a call of a type", ["ctorch\nFloatStorage\n)R"], /calls something that is not a function/],
    ["a state set on a list", ["]}b"], /sets the state of an object/],
    [
      "a tensor without a storage",
      ["ctorch._utils\n_rebuild_tensor_v2\n(", text("x"), int(0), "))tR"],
      /not a storage/,
    ],
    ["a storage that is a module", ["(", text("module"), text("x"), "tQ"], /outside it that is not a storage/],
    ["a stack underflow", ["R"], /without a tuple|empty stack/],
    ["a pop through a mark", ["N(0"], /pops a value from an empty stack/],
    ["a missing mark", ["t"], /pops a mark that it never pushed/],
    ["an unknown memo", ["h\x05"], /reads memo 5/],
    ["an odd dict", ["}(", text("a"), "u"], /a key without a value/],
    ["an item of a list", ["]", text("a"), "Ns"], /not a dict/],
    ["an item onto a dict", ["}", text("a"), "a"], /not a list/],
    ["an enormous integer", ["\x8b\x00\x00\x00\x7f"], /ends too early/],
    ["a text longer than the file", ["X\xff\xff\xff\x7f"], /ends too early/],
    ["a protocol of the future", ["\x80\x09"], /protocol 9/],
    ["no tensors", ["}"], /has no tensors/],
    ["a list that contains itself", ["]q\x00h\x00a"], /nested deeper/],
    [
      "two names of one dict key",
      ["}(", text("a.b"), ...tensor(), text("a"), "}", text("b"), ...tensor(), "su"],
      /two tensors are named "a\.b"/,
    ],
  ])("%s", async (_, parts, message) => {
    const opening = openPickle(...parts);
    await expect(opening).rejects.toThrow(message);
    await expect(opening).rejects.toSatisfy(CheckpointError.isInstance);
  });

  test("endlessly nested lists", async () => {
    // Sixty levels of ten references to the previous list: 10^60 leaves.
    const level = (i: number): (string | number)[] => [
      "](",
      ...Array<string>(10).fill(`h${String.fromCharCode(i)}`),
      `eq${String.fromCharCode(i + 1)}`,
    ];
    const bomb = ["]q\x00", ...Array.from({ length: 25 }, (_, i) => level(i)).flat()];
    await expect(openPickle(...bomb)).rejects.toThrow(
      /names of the state dict are longer in total than 16 times its pickle/,
    );
  });
});

describe("tensors that do not match the file", () => {
  test.each([
    ["beyond the storage", { offset: 1 }, /needs more than the 4 elements/],
    ["with a stride beyond it", { shape: [2, 2], strides: [3, 1] }, /needs more than the 4/],
    ["of an absurd shape over one element", { shape: [1 << 30, 1 << 30], strides: [0, 0] }, /has too many elements/],
    ["of a negative length", { shape: [-1] }, /not a count/],
    ["of a negative stride", { strides: [-1] }, /not a count/],
    ["of too few strides", { shape: [2, 2] }, /2 axes and 1 strides/],
    ["with a storage longer than the file's", { length: 1000 }, /should have 4000 bytes, the file has 16/],
    ["with a storage that is not there", { key: "7" }, /the file has none of it/],
    ["with a negative storage", { length: -4 }, /not a storage/],
    ["of complex numbers", { storage: "ComplexFloatStorage" }, /names torch\.ComplexFloatStorage/],
  ])("%s", async (_, spec, message) => {
    await expect(open(torchZip(stateDict(spec)))).rejects.toThrow(message);
  });
});

describe("damaged zip files", () => {
  const data = { name: "archive/data.pkl", bytes: stateDict() };
  const storage = { name: "archive/data/0", bytes: floats };
  test.each<[string, Uint8Array, RegExp]>([
    ["no end", zip([data, storage]).slice(0, -30), /no directory at its end/],
    ["no pickle", zip([storage]), /has no data\.pkl/],
    ["a name twice", zip([data, storage, storage]), /twice/],
    ["overlapping files", zip([data, { ...storage, header: 20 }]), /overlaps another file/],
    ["a file beyond the end", zip([data, { ...storage, size: 1 << 30 }]), /reaches beyond/],
    ["an absurd pickle", zip([{ ...data, size: 0x7fffffff }, storage]), /overlaps|reaches beyond|claims/],
    ["a compressed pickle", zip([{ ...data, method: 8 }, storage]), /is compressed/],
    ["a wrong checksum", zip([{ ...data, crc: 1 }, storage]), /checksum of "archive\/data\.pkl" is wrong/],
    [
      "big-endian",
      zip([data, storage, { name: "archive/byteorder", bytes: Buffer.from("big") }]),
      /byte order is "big"/,
    ],
    ["something else", Buffer.from("GIF89a and so on"), /neither of torch\.save's two formats/],
    ["nothing", new Uint8Array(0), /neither of torch\.save's/],
  ])("%s", async (_, bytes, message) => {
    await expect(open(bytes)).rejects.toThrow(message);
  });

  test("verifies the checksum of a storage when it is read, if there is one", async () => {
    const wrong = await open(zip([data, { ...storage, crc: 5 }]));
    await expect(wrong.tensor("a")).rejects.toThrow(/checksum of "archive\/data\/0" is wrong/);
    expect((await (await open(zip([data, { ...storage, crc: 0 }]))).tensor("a")).data[0]).toBe(1);
  });
});

describe("published files (skipped without the shared data)", () => {
  const file = async (path: string) => (await localFolder(join(sharedData!, "checkpoints")).open(path))!;

  test.skipIf(!sharedData)("zip", async () => {
    const opened = await openPytorch(await file("pytorch-zip-bert-ner-L1-H16/pytorch_model.bin"));
    expect(opened.entries.size).toBe(24);
    expect(opened.entries.get("classifier.weight")).toEqual({ name: "classifier.weight", type: "F32", shape: [9, 16] });
    expect((await opened.tensor("bert.embeddings.position_ids")).data).toEqual(
      BigInt64Array.from({ length: 16 }, (_, i) => BigInt(i)),
    );
    for (const name of opened.entries.keys()) await opened.tensor(name); // every checksum matches
    await opened.close();
  });

  test.skipIf(!sharedData)("legacy", async () => {
    const opened = await openPytorch(await file("pytorch-legacy-bert-L2-H16/small_pytorch_model.bin"));
    const words = await opened.tensor("bert.embeddings.word_embeddings.weight");
    expect(words.shape).toEqual([21, 16]);
    expect(words.data[0]).toBeCloseTo(-0.14143690466880798, 12);
    expect((await opened.tensor("bert.embeddings.LayerNorm.weight")).data).toEqual(new Float32Array(16).fill(1));
    const whole = await openPytorch(
      bytesSource(await readFile(join(sharedData!, "checkpoints/pytorch-legacy-bert-L2-H16/small_pytorch_model.bin"))),
    );
    for (const name of opened.entries.keys())
      expect((await whole.tensor(name)).data).toEqual((await opened.tensor(name)).data);
    await opened.close();
  });
});
