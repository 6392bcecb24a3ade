import { CheckpointError } from "../checkpoint-error.ts";
import type { Folder } from "../folders/folder.ts";
import { hasFile } from "../folders/open-file.ts";
import { writeFile } from "../folders/write-file.ts";
import { elementSize, naturalType } from "./element-type.ts";
import type { TensorToStore } from "./stored-tensor.ts";
import { writeSafetensors } from "./write-safetensors.ts";

export interface WriteShardsOptions {
  /** The most bytes of tensors in one file; a tensor beyond it has a file of its own. Default 5 GB, as Hugging Face's. */
  maxShardBytes?: number;
}

/**
 * Writes `model.safetensors`, or, where the tensors take more than `maxShardBytes`, `model-00001-of-0000N.safetensors`,
 * … and `model.safetensors.index.json`, as Hugging Face's `save_pretrained` does; one shard at a time is in memory.
 * Throws a CheckpointError where the folder has a `model.safetensors`, which readers would take for the shards.
 */
export async function writeShardedSafetensors(
  folder: Folder,
  tensors: Iterable<TensorToStore>,
  { maxShardBytes = 5e9 }: WriteShardsOptions = {},
): Promise<void> {
  const shards: TensorToStore[][] = [[]];
  const names = new Set<string>();
  let [filled, totalSize] = [0, 0];
  for (const tensor of tensors) {
    const size = tensor.data.length * elementSize(tensor.type ?? naturalType(tensor.data));
    if (filled > 0 && filled + size > maxShardBytes) {
      shards.push([]);
      filled = 0;
    }
    if (names.has(tensor.name))
      throw new CheckpointError("SAFETENSORS", `writeShardedSafetensors: "${tensor.name}" is given twice.`);
    names.add(tensor.name);
    shards.at(-1)!.push(tensor);
    filled += size;
    totalSize += size;
  }
  if (shards.length === 1) return writeFile(folder, "model.safetensors", writeSafetensors(shards[0]!));
  if (await hasFile(folder, "model.safetensors"))
    throw new CheckpointError(
      "FOLDER",
      `writeShardedSafetensors: ${folder.label ?? "the folder"} has a model.safetensors, which would be read instead of the shards. Remove it.`,
    );
  const weightMap: Record<string, string> = {};
  for (const [i, shard] of shards.entries()) {
    const [number, count] = [i + 1, shards.length].map((value) => String(value).padStart(5, "0"));
    const file = `model-${number}-of-${count}.safetensors`;
    for (const { name } of shard) weightMap[name] = file;
    await writeFile(folder, file, writeSafetensors(shard));
  }
  const index = { metadata: { total_size: totalSize }, weight_map: weightMap };
  await writeFile(folder, "model.safetensors.index.json", `${JSON.stringify(index, undefined, 2)}\n`);
}
