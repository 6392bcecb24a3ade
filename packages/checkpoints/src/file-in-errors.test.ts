// Every error about a weight file names the file, on disk and in memory.
import { cp, mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stateDict, torchZip } from "./__fixtures__/pickle-bytes.ts";
import { legacyFile } from "./__fixtures__/legacy-bytes.ts";
import { type LocalFolder, localFolder } from "./folders/local-folder.ts";
import { memoryFolder } from "./folders/memory-folder.ts";
import { openWeights } from "./open-weights.ts";
import type { TensorToStore } from "./safetensors/stored-tensor.ts";
import { writeSafetensors } from "./safetensors/write-safetensors.ts";
import { writeShardedSafetensors } from "./safetensors/write-shards.ts";
import { writeTensorflow } from "./tensorflow/write-tensorflow.ts";
import { writeTfjs } from "./tfjs/write-tfjs.ts";

const tensors: TensorToStore[] = [
  { name: "a", shape: [4], data: Float32Array.of(1, 2, 3, 4) },
  { name: "b", shape: [4], data: Float32Array.of(5, 6, 7, 8) },
];
const floats = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer);
let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "bertkit-file-in-errors-"));
});
afterAll(() => rm(root, { recursive: true }));

const forms: [file: string, write: (folder: LocalFolder) => Promise<void>][] = [
  ["model.safetensors", (folder) => folder.write("model.safetensors", writeSafetensors(tensors))],
  ["model-00002-of-00002.safetensors", (folder) => writeShardedSafetensors(folder, tensors, { maxShardBytes: 16 })],
  ["pytorch_model.bin", (folder) => folder.write("pytorch_model.bin", torchZip(stateDict(), floats))],
  ["pytorch_model.bin", (folder) => folder.write("pytorch_model.bin", legacyFile(stateDict(), "0", floats))],
  ["bert_model.ckpt.index", (folder) => writeTensorflow(folder, "bert_model.ckpt", tensors)],
  ["bert_model.ckpt.data-00000-of-00001", (folder) => writeTensorflow(folder, "bert_model.ckpt", tensors)],
  ["variables/variables.data-00000-of-00001", (folder) => writeTensorflow(folder, "variables/variables", tensors)],
  ["group1-shard1of1.bin", (folder) => writeTfjs(folder, tensors)],
  ["model.json", (folder) => writeTfjs(folder, tensors)],
];

test.each(forms)("%s, truncated before it is opened (case %#)", async (file, write) => {
  const path = await mkdtemp(join(root, "cut-"));
  await write(localFolder(path));
  const whole = await readFile(join(path, file));
  await truncate(join(path, file), whole.length - 5);
  const opening = async (): Promise<unknown> => openWeights(localFolder(path));
  await expect(opening()).rejects.toThrow(file);
  const inMemory = memoryFolder();
  await write(inMemory as LocalFolder);
  await inMemory.write(file, whole.subarray(0, -5));
  await expect(openWeights(inMemory)).rejects.toThrow(file);
});

test.each(forms.filter(([file]) => !/index$|json$/.test(file)))(
  "%s, truncated while it is open (case %#)",
  async (file, write) => {
    const path = await mkdtemp(join(root, "open-"));
    await write(localFolder(path));
    const source = await openWeights(localFolder(path));
    await truncate(join(path, file), 3);
    const reading = async (): Promise<void> => {
      for (const name of source.entries.keys()) await source.tensor(name);
    };
    await expect(reading()).rejects.toThrow(join(path, file));
    await source.close();
  },
);

test("a flipped bit of a TensorFlow data file", async () => {
  const path = await mkdtemp(join(root, "bit-"));
  await writeTensorflow(localFolder(path), "bert_model.ckpt", tensors);
  const file = join(path, "bert_model.ckpt.data-00000-of-00001");
  const bytes = await readFile(file);
  bytes[1]! ^= 1;
  await writeFile(file, bytes);
  const source = await openWeights(localFolder(path));
  await expect(source.tensor("a")).rejects.toThrow(file);
  await source.close();
  await cp(file, `${file}.copy`); // fails if the file is still locked
});
