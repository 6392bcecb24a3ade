import { CheckpointError } from "./checkpoint-error.ts";
import { checkFileName, type Folder } from "./folders/folder.ts";
import { readJson } from "./folders/read-file.ts";
import { bytesSource } from "./random-access.ts";
import { openSafetensors } from "./safetensors/open-safetensors.ts";
import { mergeSources } from "./merge-sources.ts";
import type { TensorSource } from "./tensor-source.ts";

const shardIndex = "model.safetensors.index.json";

/**
 * Opens a folder's weights: `model.safetensors`, or the shards that `model.safetensors.index.json` names.
 * Throws a CheckpointError where there is neither, where a file is damaged, and where the index lies.
 */
export async function openWeights(folder: Folder): Promise<TensorSource> {
  const whole = await openFile(folder, "model.safetensors");
  if (whole) return whole;
  const index = await readJson(folder, shardIndex);
  if (index) return openShards(folder, parseWeightMap(index));
  throw new CheckpointError(
    "FOLDER",
    `openWeights: ${folder.label ?? "the folder"} has neither model.safetensors nor ${shardIndex}. Only safetensors weights are read.`,
  );
}

async function openFile(folder: Folder, name: string): Promise<TensorSource | undefined> {
  if (folder.open) {
    const source = await folder.open(name);
    if (!source) return undefined;
    try {
      return await openSafetensors(source);
    } catch (error) {
      await source.close?.();
      throw error;
    }
  }
  const bytes = await folder.read(name);
  return bytes && openSafetensors(bytesSource(bytes));
}

async function openShards(folder: Folder, weightMap: ReadonlyMap<string, string>): Promise<TensorSource> {
  const shards = new Map<string, TensorSource>();
  try {
    for (const file of new Set(weightMap.values())) {
      const shard = await openFile(folder, file);
      if (!shard)
        throw new CheckpointError(
          "FOLDER",
          `openWeights: ${shardIndex} names ${file}, which ${folder.label ?? "the folder"} lacks.`,
        );
      shards.set(file, shard);
    }
    return mergeSources(shards, weightMap);
  } catch (error) {
    for (const shard of shards.values()) await shard.close();
    throw error;
  }
}

function parseWeightMap(index: Record<string, unknown>): Map<string, string> {
  const weightMap = index["weight_map"];
  if (typeof weightMap !== "object" || weightMap === null || Array.isArray(weightMap)) {
    throw new CheckpointError("FOLDER", `openWeights: ${shardIndex} has no weight_map.`);
  }
  const files = new Map<string, string>();
  for (const [name, file] of Object.entries(weightMap)) {
    if (typeof file !== "string")
      throw new CheckpointError("FOLDER", `openWeights: ${shardIndex} gives "${name}" no file name.`);
    if (file.includes("/"))
      throw new CheckpointError(
        "FOLDER",
        `openWeights: ${shardIndex} puts "${name}" in ${JSON.stringify(file)}; shards lie beside the index.`,
      );
    files.set(name, checkFileName(file));
  }
  return files;
}
