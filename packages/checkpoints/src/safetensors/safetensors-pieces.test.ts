import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { localFolder } from "../folders/local-folder.ts";
import { memoryFolder } from "../folders/memory-folder.ts";
import { openWeights } from "../open-weights.ts";
import { memorySource, type TensorSource } from "../tensor-source.ts";
import type { StoredTensor } from "./stored-tensor.ts";
import { writeSafetensors } from "./write-safetensors.ts";
import { writeShardedSafetensors } from "./write-shards.ts";

let directory: string;
beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), "bertkit-pieces-"))));
afterEach(() => rm(directory, { recursive: true }));

const tensors: StoredTensor[] = [
  { name: "a", type: "F16", shape: [3], data: Float32Array.of(0.5, -2, 1) },
  { name: "b", type: "F32", shape: [2, 1], data: Float32Array.of(NaN, 1e-42) },
  { name: "c", type: "I64", shape: [], data: BigInt64Array.of(-(2n ** 62n)) },
  { name: "d", type: "F32", shape: [0, 5], data: new Float32Array(0) },
  { name: "e", type: "BOOL", shape: [3], data: Uint8Array.of(1, 0, 1) },
];

/** A source that records requests, and can fail at one tensor. */
function watched(failing?: string): TensorSource & { readonly asked: string[] } {
  const source = memorySource(tensors);
  const asked: string[] = [];
  return {
    ...source,
    asked,
    async tensor(name) {
      asked.push(name, ...(await readdir(directory)).map((file) => file.replace(/\.[\w-]{36,}\./, ".….")));
      if (name === failing) throw new Error("the disk is on fire");
      return source.tensor(name);
    },
  };
}

test("writes a source in pieces, with the same bytes as in memory", async () => {
  const source = watched();
  await writeShardedSafetensors(localFolder(directory), source);
  expect(source.asked.filter((name) => name.length === 1)).toEqual(["c", "b", "d", "a", "e"]); // in the file's order
  expect(new Set(source.asked.filter((name) => name.length > 1))).toEqual(new Set(["model.safetensors.….tmp"]));
  const written = await readFile(join(directory, "model.safetensors"));
  expect(Buffer.compare(written, writeSafetensors(tensors))).toBe(0);
});

test("an interrupted write keeps the old file", async () => {
  const folder = localFolder(directory);
  await writeShardedSafetensors(folder, tensors.slice(0, 2));
  await expect(writeShardedSafetensors(folder, watched("a"))).rejects.toThrow(/on fire/);
  expect(await readdir(directory)).toEqual(["model.safetensors"]);
  const written = await readFile(join(directory, "model.safetensors"));
  expect(Buffer.compare(written, writeSafetensors(tensors.slice(0, 2)))).toBe(0);
});

test("rejects a source whose tensor has another number of elements than described", async () => {
  const source = { ...memorySource(tensors), tensor: async () => ({ ...tensors[1]!, data: new Float32Array(3) }) };
  await expect(writeShardedSafetensors(localFolder(directory), source)).rejects.toThrow(/elements, got 3/);
  expect(await readdir(directory)).toEqual([]);
});

test("an open source can be written in another layout, or to a folder that only writes whole files", async () => {
  await writeShardedSafetensors(localFolder(directory), tensors, { maxShardBytes: 9 });
  const weights = await openWeights(localFolder(directory));
  const { files, ...folder } = memoryFolder();
  const { writePieces: _, ...plain } = folder;
  await writeShardedSafetensors(plain, weights);
  await weights.close();
  expect(Buffer.compare(files.get("model.safetensors")!, writeSafetensors(tensors))).toBe(0);
});
