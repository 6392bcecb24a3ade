import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import {
  Dataset,
  DatasetError,
  parseShardIndex,
  readJsonl,
  readParquet,
  readTfExamples,
  type ShardEntry,
} from "@bertkit/datasets";
import { Rng } from "@bertkit/nn";
import { instanceOfFeatures, type PretrainingInstance } from "@bertkit/pretraining";
import { checkOptions, trueOrFalse, wholeNumber } from "@bertkit/checks";
import { instanceOfRow } from "./encoded-block.ts";

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
  const shards = await shardsOf(folder);
  const size = shards.reduce((sum, { samples }) => sum + samples, 0);
  return new Dataset<PretrainingInstance>({
    name: folder,
    size,
    open: async function* ({ epoch, skip }) {
      const random = seed === undefined ? undefined : orderRandom(seed, epoch, 0);
      const order = Array.from(shards.keys());
      random?.shuffle(order);
      let left = skip;
      for (const number of order) {
        const shard = shards[number]!;
        if (left >= shard.samples) {
          left -= shard.samples;
          continue;
        }
        const instances = await instancesOf(folder, shard, checksHashes);
        const places = Array.from(instances.keys());
        if (seed !== undefined) orderRandom(seed, epoch, 1 + number).shuffle(places);
        for (const place of places.slice(left)) yield instances[place]!;
        left = 0;
      }
    },
  });
}

function orderRandom(seed: number, epoch: number, number: number): Rng {
  const rng = new Rng(seed);
  const [a, b, c, d] = rng.state();
  return Rng.fromState([
    a,
    (b ^ Math.imul(epoch + 1, 0x9e3779b9)) >>> 0,
    (c ^ Math.imul(number + 1, 0x85ebca6b)) >>> 0,
    (d | 1) >>> 0,
  ]).split();
}

async function shardsOf(folder: string): Promise<readonly ShardEntry[]> {
  const path = join(folder, "index.json");
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  const shards = text === undefined ? await tfrecordsOf(folder) : parseShardIndex(text, path).shards;
  if (shards.length > 0) return shards;
  throw new DatasetError(
    "readShards",
    "there is neither index.json nor a TFRecord file in it. Write shards with bertkit data, or merge those of several machines.",
    {
      file: folder,
    },
  );
}

/** The TFRecord files of a folder, each of which is read once for its number of records. */
async function tfrecordsOf(folder: string): Promise<ShardEntry[]> {
  const names = (await readdir(folder))
    .filter((name) => /\.tf_?rec(?:ords?)?(?:-\d+-of-\d+)?(?:\.gz)?$/.test(name))
    .toSorted();
  return Promise.all(
    names.map(async (basename) => {
      let samples = 0;
      for await (const _ of readTfExamples(join(folder, basename))) samples++;
      const raw_data = { basename, bytes: (await stat(join(folder, basename))).size, hashes: {} };
      return {
        format: "tfrecord",
        version: 2,
        samples,
        raw_data,
        zip_data: null,
        compression: null,
        hashes: [],
        size_limit: null,
      };
    }),
  );
}

async function instancesOf(folder: string, shard: ShardEntry, checksHashes: boolean): Promise<PretrainingInstance[]> {
  const { basename, hashes } = shard.zip_data ?? shard.raw_data;
  const file = join(folder, basename);
  const fault = (what: string): DatasetError =>
    new DatasetError("readShards", `${what}. Copy or write the file again.`, { file });
  const bytes = new Uint8Array(await readFile(file));
  const { sha256 } = hashes;
  if (checksHashes && sha256 !== undefined && createHash("sha256").update(bytes).digest("hex") !== sha256)
    throw fault("it is not the file that was written: its SHA-256 is another");
  const instances: PretrainingInstance[] = [];
  if (shard.format === "tfrecord")
    for await (const example of readTfExamples(bytes, { file })) instances.push(instanceOfFeatures(example));
  else if (shard.format === "parquet")
    for await (const row of await readParquet(bytes, { file })) instances.push(instanceOfRow(row));
  else if (shard.format === "jsonl")
    for await (const row of readJsonl([bytes], { file })) instances.push(instanceOfRow(row));
  else throw fault(`its format ${JSON.stringify(shard.format.slice(0, 60))} is none that can be read here`);
  if (instances.length !== shard.samples)
    throw fault(`it has ${instances.length} instances, and the index says ${shard.samples}`);
  return instances;
}
