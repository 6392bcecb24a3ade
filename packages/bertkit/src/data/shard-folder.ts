import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
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
import { instanceOfRow } from "./encoded-block.ts";
import { unfinishedFile } from "./shard-writer.ts";

/** Whether a folder has shards, or some that are still written. */
export function hasShards(folder: string): boolean {
  return ["index.json", unfinishedFile].some((name) => existsSync(join(folder, name)));
}

export interface ShardOrder {
  /**
   * Shuffles the shards, and the instances of each, differently in each pass. Default: the order in which they were
   * written.
   */
  readonly seed?: number | undefined;
  /** Reads only this many instances, the first ones written. Default all. */
  readonly end?: number;
}

/** A folder of shards. One of them is in memory at a time. */
export class ShardFolder {
  readonly path: string;
  readonly shards: readonly ShardEntry[];
  /** Number of instances. */
  readonly size: number;
  readonly #checksHashes: boolean;

  private constructor(path: string, shards: readonly ShardEntry[], checksHashes: boolean) {
    this.path = path;
    this.shards = shards;
    this.size = shards.reduce((sum, { samples }) => sum + samples, 0);
    this.#checksHashes = checksHashes;
  }

  /** @throws DatasetError for a folder without shards, or whose shards are not complete */
  static async open(path: string, checksHashes = true): Promise<ShardFolder> {
    return new ShardFolder(path, await shardsOf(path), checksHashes);
  }

  /** The instances as a dataset. Resuming at a position reads only one shard. */
  dataset({ seed, end = this.size }: ShardOrder = {}): Dataset<PretrainingInstance> {
    const used: { shard: ShardEntry; count: number }[] = [];
    let left = end;
    for (const shard of this.shards) {
      if (left > 0) used.push({ shard, count: Math.min(left, shard.samples) });
      left -= shard.samples;
    }
    const read = (shard: ShardEntry): Promise<PretrainingInstance[]> => this.#read(shard);
    return new Dataset<PretrainingInstance>({
      name: this.path,
      size: end,
      open: async function* ({ epoch, skip }) {
        const random = seed === undefined ? undefined : orderRandom(seed, epoch, 0);
        const order = Array.from(used.keys());
        random?.shuffle(order);
        let toSkip = skip;
        for (const number of order) {
          const { shard, count } = used[number]!;
          if (toSkip >= count) {
            toSkip -= count;
            continue;
          }
          const instances = await read(shard);
          const places = Array.from({ length: count }, (_, place) => place);
          if (seed !== undefined) orderRandom(seed, epoch, 1 + number).shuffle(places);
          for (const place of places.slice(toSkip)) yield instances[place]!;
          toSkip = 0;
        }
      },
    });
  }

  /** The last instances, in the order in which they were written. */
  async last(count: number): Promise<PretrainingInstance[]> {
    const found: PretrainingInstance[][] = [];
    let left = count;
    for (const shard of this.shards.toReversed()) {
      if (left <= 0) break;
      found.unshift((await this.#read(shard)).slice(-left));
      left -= shard.samples;
    }
    return found.flat();
  }

  async #read(shard: ShardEntry): Promise<PretrainingInstance[]> {
    const { basename, hashes } = shard.zip_data ?? shard.raw_data;
    const file = join(this.path, basename);
    const errorOf = (what: string): DatasetError =>
      new DatasetError("readShards", `${what}. Copy or write the file again.`, { file });
    const bytes = new Uint8Array(await readFile(file));
    const { sha256 } = hashes;
    if (this.#checksHashes && sha256 !== undefined && createHash("sha256").update(bytes).digest("hex") !== sha256)
      throw errorOf("the file has changed since it was written: its SHA-256 differs");
    const instances: PretrainingInstance[] = [];
    if (shard.format === "tfrecord")
      for await (const example of readTfExamples(bytes, { file })) instances.push(instanceOfFeatures(example));
    else if (shard.format === "parquet")
      for await (const row of await readParquet(bytes, { file })) instances.push(instanceOfRow(row));
    else if (shard.format === "jsonl")
      for await (const row of readJsonl([bytes], { file })) instances.push(instanceOfRow(row));
    else throw errorOf(`its format ${JSON.stringify(shard.format.slice(0, 60))} is unknown`);
    if (instances.length !== shard.samples)
      throw errorOf(`it has ${instances.length} instances, and the index says ${shard.samples}`);
    return instances;
  }
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
  if (text === undefined && existsSync(join(folder, unfinishedFile)))
    throw new DatasetError(
      "readShards",
      "the shards are not complete: bertkit data is still writing them, or was stopped. Wait for it, or run its command again.",
      { file: folder },
    );
  const shards = text === undefined ? await tfrecordsOf(folder) : parseShardIndex(text, path).shards;
  if (shards.length > 0) return shards;
  throw new DatasetError(
    "readShards",
    "the folder has neither an index.json nor a TFRecord file. Write shards with bertkit data, or merge those of several machines.",
    { file: folder },
  );
}

/** The TFRecord files of a folder. Each is read once to count its records. */
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
