import { CheckpointError } from "./checkpoint-error.ts";
import { checkFileName, type Folder } from "./folders/folder.ts";
import { openFile } from "./folders/open-file.ts";
import { readJson } from "./folders/read-file.ts";
import { mergeSources } from "./merge-sources.ts";
import type { RandomAccess } from "./random-access.ts";
import { shown } from "./shown.ts";
import type { TensorSource } from "./tensor-source.ts";

type Opener = (source: RandomAccess) => Promise<TensorSource>;

/** Opens a weight file with a format's opener; undefined if it does not exist. */
export async function openWhole(folder: Folder, name: string, open: Opener): Promise<TensorSource | undefined> {
  const source = await openFile(folder, name);
  if (!source) return undefined;
  try {
    return await open(source);
  } catch (error) {
    await source.close?.();
    throw error;
  }
}

/**
 * Opens the shards of an index in Hugging Face's format: `{ "weight_map": { tensor: file } }`. Undefined if there is no
 * index. Throws a CheckpointError if the index does not match its files.
 */
export async function openShards(folder: Folder, index: string, open: Opener): Promise<TensorSource | undefined> {
  const json = await readJson(folder, index);
  if (!json) return undefined;
  const weightMap = parseWeightMap(json, index);
  const shards = new Map<string, TensorSource>();
  try {
    for (const file of new Set(weightMap.values())) {
      const shard = await openWhole(folder, file, open);
      if (!shard)
        throw new CheckpointError(
          "FOLDER",
          `openWeights: ${index} names ${file}, which does not exist in ${folder.label ?? "the folder"}.`,
        );
      shards.set(file, shard);
    }
    return mergeSources(shards, weightMap);
  } catch (error) {
    for (const shard of shards.values()) await shard.close();
    throw error;
  }
}

function parseWeightMap(json: Record<string, unknown>, index: string): Map<string, string> {
  const weightMap = json["weight_map"];
  if (typeof weightMap !== "object" || weightMap === null || Array.isArray(weightMap))
    throw new CheckpointError("FOLDER", `openWeights: ${index} has no weight_map.`);
  const files = new Map<string, string>();
  for (const [name, file] of Object.entries(weightMap)) {
    if (typeof file !== "string")
      throw new CheckpointError("FOLDER", `openWeights: ${index} has no file name for ${shown(name)}.`);
    if (file.includes("/"))
      throw new CheckpointError(
        "FOLDER",
        `openWeights: ${index} places ${shown(name)} in ${shown(file)}; shards must be in the folder of the index.`,
      );
    files.set(name, checkFileName(file));
  }
  return files;
}
