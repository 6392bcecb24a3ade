import { expect, test } from "vitest";
import { memoryFolder } from "../folders/memory-folder.ts";
import { openWeights } from "../open-weights.ts";
import type { TensorToStore } from "./stored-tensor.ts";
import { writeShardedSafetensors } from "./write-shards.ts";

const tensors: TensorToStore[] = [
  { name: "a", shape: [4], data: Float32Array.of(1, 2, 3, 4) },
  { name: "b", shape: [8], data: new Float32Array(8).fill(5) },
  { name: "c", shape: [2], data: Float32Array.of(6, 7), type: "F16" },
  { name: "d", shape: [1], data: Int32Array.of(9) },
];

test("writes shards, none above the limit except a single large tensor", async () => {
  const folder = memoryFolder();
  await writeShardedSafetensors(folder, tensors, { maxShardBytes: 20 });
  expect([...folder.files.keys()]).toEqual([
    "model-00001-of-00003.safetensors",
    "model-00002-of-00003.safetensors",
    "model-00003-of-00003.safetensors",
    "model.safetensors.index.json",
  ]);
  const index = JSON.parse(Buffer.from(folder.files.get("model.safetensors.index.json")!).toString()) as {
    metadata: unknown;
    weight_map: Record<string, string>;
  };
  expect(index.metadata).toEqual({ total_size: 16 + 32 + 4 + 4 });
  expect(index.weight_map["d"]).toBe("model-00003-of-00003.safetensors");
  const weights = await openWeights(folder);
  for (const { name, shape, data } of tensors) expect(await weights.tensor(name)).toMatchObject({ shape, data });
  await weights.close();
});

test("writes one file if it fits; each format removes the files of the other", async () => {
  const folder = memoryFolder();
  await writeShardedSafetensors(folder, tensors);
  expect([...folder.files.keys()]).toEqual(["model.safetensors"]);
  await writeShardedSafetensors(folder, tensors, { maxShardBytes: 20 });
  expect([...folder.files.keys()]).toHaveLength(4);
  expect(folder.files.has("model.safetensors")).toBe(false);
  await writeShardedSafetensors(folder, tensors, { maxShardBytes: 40 });
  expect([...folder.files.keys()].sort()).toEqual([
    "model-00001-of-00002.safetensors",
    "model-00002-of-00002.safetensors",
    "model.safetensors.index.json",
  ]);
  await writeShardedSafetensors(folder, tensors);
  expect([...folder.files.keys()]).toEqual(["model.safetensors"]);
  await expect(writeShardedSafetensors(folder, [tensors[0]!, tensors[0]!])).rejects.toThrow(/"a" is given twice/);
});
