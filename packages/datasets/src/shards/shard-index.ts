import { checkObjects, checkText, checkObject } from "@bertkit/checks";
import { DatasetError } from "../dataset-error.ts";
import { asObject, parseJson } from "../formats/json-value.ts";

/** A file of a shard, by name in the folder. */
export interface ShardFile {
  readonly basename: string;
  readonly bytes: number;
  readonly hashes: Readonly<Record<string, string>>;
}

/** A shard in an index: one file of samples, possibly compressed. */
export interface ShardEntry {
  readonly format: string;
  readonly version: number;
  readonly samples: number;
  /** The uncompressed file. */
  readonly raw_data: ShardFile;
  /** The compressed file, else null. */
  readonly zip_data: ShardFile | null;
  /** "gzip", or null. */
  readonly compression: string | null;
  readonly hashes: readonly string[];
  readonly size_limit: number | null;
  /** The writer's other notes, such as the features' names. */
  readonly [name: string]: unknown;
}

/** The list of a folder's shards, in the form of mosaicml/streaming's index.json. */
export interface ShardIndex {
  readonly version: number;
  readonly shards: readonly ShardEntry[];
  /** Notes. "settings" has how the samples were made, by name: parts of one run have the same. */
  readonly [name: string]: unknown;
}

/** The text of an index.json. */
export function shardIndexText(index: ShardIndex): string {
  checkObject("shardIndexText", "index", index, "a ShardIndex", "version", "shards");
  return `${JSON.stringify(index, undefined, 1)}\n`;
}

/**
 * Reads an index.json.
 *
 * @throws DatasetError if it is invalid, or lists files outside its folder
 */
export function parseShardIndex(text: string, file: string): ShardIndex {
  const where = "readShards";
  checkText(where, "an index", text);
  const cure = "Write the shards again, or merge their folders again.";
  const errorOf = (what: string): DatasetError => new DatasetError(where, `${what}. ${cure}`, { file });
  const index = asObject(where, parseJson(where, text, { file }), { file }, cure);
  if (!Array.isArray(index["shards"])) throw errorOf("it has no list of shards");
  const shards = index["shards"].map((value: unknown, i) => {
    const shard = asObject(where, value, { file }, cure);
    for (const name of ["raw_data", "zip_data"]) {
      if (name === "zip_data" && (shard[name] === null || shard[name] === undefined)) continue;
      const { basename, bytes } = asObject(where, shard[name], { file }, cure);
      if (typeof basename !== "string" || !isInside(basename))
        throw errorOf(`${name} of shard ${i} names no file in the folder`);
      if (!Number.isSafeInteger(bytes) || (bytes as number) < 0) throw errorOf(`${name} of shard ${i} has no size`);
    }
    if (!Number.isSafeInteger(shard["samples"]) || (shard["samples"] as number) < 0)
      throw errorOf(`shard ${i} has no number of samples`);
    return { zip_data: null, compression: null, hashes: [], size_limit: null, ...shard } as unknown as ShardEntry;
  });
  const { settings } = index;
  return { version: 2, shards, ...(settings !== undefined && { settings: asObject(where, settings, { file }, cure) }) };
}

function isInside(basename: string): boolean {
  return basename !== "" && !/^[/\\]|[\\\0:]/.test(basename) && !basename.split("/").includes("..");
}

/**
 * Merges the indexes of several folders, each given by name in the folder of the result.
 *
 * @throws DatasetError without a folder, and if settings differ; an index without a setting, as of older versions, may have any
 */
export function mergeShardIndexes(folders: readonly { name: string; index: ShardIndex }[]): ShardIndex {
  checkObjects("mergeShardIndexes", "folders", folders, "{ name, index }", "name", "index");
  if (folders.length === 0)
    throw new DatasetError("mergeShardIndexes", "there is no folder to merge. Pass the index of each.");
  const shards = folders.flatMap(({ name, index }) => {
    const inFolder = (file: ShardFile): ShardFile => ({ ...file, basename: `${name}/${file.basename}` });
    return index.shards.map((shard) => ({
      ...shard,
      raw_data: inFolder(shard.raw_data),
      zip_data: shard.zip_data && inFolder(shard.zip_data),
    }));
  });
  const settings = commonSettings(folders);
  return { version: 2, shards, ...(settings !== undefined && { settings }) };
}

function commonSettings(folders: readonly { name: string; index: ShardIndex }[]): object | undefined {
  const found = new Map<string, { value: unknown; folder: string }>();
  for (const { name: folder, index } of folders)
    for (const [name, value] of Object.entries(index["settings"] ?? {})) {
      const first = found.get(name);
      if (first === undefined) found.set(name, { value, folder });
      else if (JSON.stringify(first.value) !== JSON.stringify(value))
        throw new DatasetError(
          "mergeShardIndexes",
          `${folder} was made with another ${name} than ${first.folder}: ${JSON.stringify(value).slice(0, 60)}, not ${JSON.stringify(first.value).slice(0, 60)}. Make one of them again, with the settings of the other.`,
        );
    }
  return found.size === 0 ? undefined : Object.fromEntries([...found].map(([name, { value }]) => [name, value]));
}
