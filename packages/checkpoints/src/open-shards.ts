import { CheckpointError } from "./checkpoint-error.ts";
import { checkFileName, type Folder } from "./folders/folder.ts";
import { openFile } from "./folders/open-file.ts";
import { readJson } from "./folders/read-file.ts";
import { mergeSources } from "./merge-sources.ts";
import type { RandomAccess } from "./random-access.ts";
import { shown } from "./shown.ts";
import type { TensorSource } from "./tensor-source.ts";

type Opener = (source: RandomAccess) => Promise<TensorSource>;

/** Opens a file of weights by a format's opener, or gives undefined where there is no such file. */
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
 * Opens the shards that an index names, as Hugging Face writes it: `{ "weight_map": { tensor: file } }`. Undefined
 * where there is no index; throws a CheckpointError where it does not match its files.
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
          `openWeights: ${index} names ${file}, which ${folder.label ?? "the folder"} lacks.`,
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
      throw new CheckpointError("FOLDER", `openWeights: ${index} gives ${shown(name)} no file name.`);
    if (file.includes("/"))
      throw new CheckpointError(
        "FOLDER",
        `openWeights: ${index} puts ${shown(name)} in ${shown(file)}; shards lie beside the index.`,
      );
    files.set(name, checkFileName(file));
  }
  return files;
}
