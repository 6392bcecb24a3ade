import type { Dataset } from "@bertkit/datasets";
import type { PretrainingInstance } from "@bertkit/pretraining";
import { checkOptions, trueOrFalse, wholeNumber } from "@bertkit/checks";
import { ShardFolder } from "./shard-folder.ts";

export interface ReadShardsOptions {
  /** Mixes the shards, and the instances of each, in another order in each pass. Default: the order in which they were written. */
  readonly seed?: number;
  /** Whether each file is compared with its SHA-256. Default true. */
  readonly checksHashes?: boolean;
}

/**
 * The instances of a folder of shards that `bertkit data` wrote, or of the TFRecord files of Google's create_pretraining_data.py
 * in a folder without an index.json. A dataset: its position is a number of instances of a pass, from which it goes on at
 * once, for only one shard is read; `shard(count, index)` gives each of several ranks its instances, which together are
 * the pass, on however many ranks. One shard is in memory at a time.
 *
 * @throws DatasetError for a folder without shards, and while reading for one that is damaged
 */
export async function readShards(
  folder: string,
  options: ReadShardsOptions = {},
): Promise<Dataset<PretrainingInstance>> {
  checkOptions<ReadShardsOptions>("readShards", options, { seed: wholeNumber(), checksHashes: trueOrFalse });
  const { seed, checksHashes = true } = options;
  return (await ShardFolder.open(folder, checksHashes)).dataset({ seed });
}
