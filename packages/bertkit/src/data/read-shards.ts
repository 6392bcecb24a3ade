import type { Dataset } from "@bertkit/datasets";
import type { PretrainingInstance } from "@bertkit/pretraining";
import { checkOptions, checkText, trueOrFalse, wholeNumber } from "@bertkit/checks";
import { ShardFolder } from "./shard-folder.ts";

export interface ReadShardsOptions {
  /**
   * Shuffles the shards, and the instances of each, differently in each pass. Default: the order in which they were
   * written.
   */
  readonly seed?: number;
  /** Whether to verify the SHA-256 of each file. Default true. */
  readonly checksHashes?: boolean;
}

/**
 * A dataset of instances: of the shards that `bertkit data` wrote, or, in a folder without an index.json, of the TFRecord
 * files of Google's create_pretraining_data.py. One shard is in memory at a time. Resuming at a position reads only the
 * shard of that position. `shard(count, index)` gives each of several ranks its instances; together, the ranks read every
 * instance of a pass once.
 *
 * @throws DatasetError for a folder without shards, or one that `bertkit data` has not finished, and during reading for a damaged shard
 */
export async function readShards(
  folder: string,
  options: ReadShardsOptions = {},
): Promise<Dataset<PretrainingInstance>> {
  checkOptions<ReadShardsOptions>("readShards", options, { seed: wholeNumber(), checksHashes: trueOrFalse });
  checkText("readShards", "folder", folder, "Pass a directory's path.");
  const { seed, checksHashes = true } = options;
  return (await ShardFolder.open(folder, checksHashes)).dataset({ seed });
}
