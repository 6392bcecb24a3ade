import { CheckpointError } from "../checkpoint-error.ts";
import type { Folder } from "../folders/folder.ts";
import { hasFile } from "../folders/open-file.ts";
import { writeFile } from "../folders/write-file.ts";
import { isTensorSource, sourceToStore, type TensorDescription, type TensorSource } from "../tensor-source.ts";
import { elementSize } from "./element-type.ts";
import { safetensorsPieces } from "./safetensors-pieces.ts";
import type { TensorToStore } from "./stored-tensor.ts";
import { defaultMetadata } from "./write-safetensors.ts";

export interface WriteShardsOptions {
  /** The most bytes of tensors in one file; a tensor beyond it has a file of its own. Default 5 GB, as Hugging Face's. */
  maxShardBytes?: number;
}

/**
 * Writes `model.safetensors`, or, where the tensors take more than `maxShardBytes`, `model-00001-of-0000N.safetensors`,
 * … and `model.safetensors.index.json`, as Hugging Face's `save_pretrained` does. Of a source one tensor at a time is
 * in memory: a model's (`variableSource`), or another file's (`openWeights`), which this then converts.
 * Throws a CheckpointError where the folder has a `model.safetensors`, which readers would take for the shards.
 */
export async function writeShardedSafetensors(
  folder: Folder,
  tensors: Iterable<TensorToStore> | TensorSource,
  { maxShardBytes = 5e9 }: WriteShardsOptions = {},
): Promise<void> {
  const source = isTensorSource(tensors) ? tensors : sourceToStore("writeShardedSafetensors", tensors);
  const { shards, totalSize } = share(source.entries.values(), maxShardBytes);
  if (shards.length === 1)
    return writeFile(folder, "model.safetensors", safetensorsPieces(source, shards[0]!, defaultMetadata));
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
    await writeFile(folder, file, safetensorsPieces(source, shard, defaultMetadata));
  }
  const index = { metadata: { total_size: totalSize }, weight_map: weightMap };
  await writeFile(folder, "model.safetensors.index.json", `${JSON.stringify(index, undefined, 2)}\n`);
}

/** Tensors by shard, in the order in which they come. */
function share(
  tensors: Iterable<TensorDescription>,
  maxShardBytes: number,
): { shards: TensorDescription[][]; totalSize: number } {
  const shards: TensorDescription[][] = [[]];
  let [filled, totalSize] = [0, 0];
  for (const tensor of tensors) {
    const size = tensor.shape.reduce((product, length) => product * length, elementSize(tensor.type));
    if (filled > 0 && filled + size > maxShardBytes) {
      shards.push([]);
      filled = 0;
    }
    shards.at(-1)!.push(tensor);
    filled += size;
    totalSize += size;
  }
  return { shards, totalSize };
}
