import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { type ShardEntry, shardIndexText } from "@bertkit/datasets";
import type { EncodedBlock, InstanceFormat } from "./encoded-block.ts";
import type { OpenShard } from "./open-shard.ts";
import { OldShards } from "./old-shards.ts";
import { ParquetShard } from "./parquet-shard.ts";
import { ShardLock } from "./shard-lock.ts";
import { StreamShard } from "./stream-shard.ts";

export interface ShardWriterOptions {
  readonly format: InstanceFormat;
  readonly gzip: boolean;
  /** Bytes of a shard before compression; a larger record is a shard by itself. */
  readonly bytes: number;
  /** Notes stored with each shard. */
  readonly notes: Readonly<Record<string, unknown>>;
  /** How the instances are made, stored in the index. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** The result. */
export interface WrittenShards {
  readonly instances: number;
  readonly shards: readonly ShardEntry[];
  /** SHA-256 of all records, concatenated; does not depend on the size of shards. */
  readonly sha256: string;
}

/** The file in a folder whose shards are not complete: they are being written, or their process was killed. */
export const unfinishedFile = "unfinished";

/**
 * Writes records to shards in a folder, each under a temporary name until it is complete, and at the end their
 * index.json, in the format of mosaicml/streaming. The folder is locked until `end` or `abort`.
 */
export class ShardWriter {
  readonly #folder: string;
  readonly #lock: ShardLock;
  readonly #old: OldShards;
  readonly #options: ShardWriterOptions;
  readonly #shards: ShardEntry[] = [];
  readonly #all = createHash("sha256");
  #open: OpenShard | undefined;
  #instances = 0;
  /** The outermost folder that `create` made. */
  readonly #made: string | undefined;
  /** Whether the folder has shards of an unfinished process, or of this one. */
  #hasIncomplete: boolean;

  private constructor(
    folder: string,
    lock: ShardLock,
    old: OldShards,
    options: ShardWriterOptions,
    made: string | undefined,
    hasIncomplete: boolean,
  ) {
    this.#folder = folder;
    this.#lock = lock;
    this.#old = old;
    this.#options = options;
    this.#made = made;
    this.#hasIncomplete = hasIncomplete;
  }

  /**
   * Creates the folder. Renames an old index.json, so that there is none until the new shards are complete; until then,
   * `unfinishedFile` says so.
   *
   * @throws RunFolderError if another process writes there; CheckpointError if the folder cannot be written
   */
  static async create(folder: string, options: ShardWriterOptions): Promise<ShardWriter> {
    const made = await mkdir(folder, { recursive: true });
    const lock = await ShardLock.take(folder);
    try {
      const marker = join(folder, unfinishedFile);
      const hasIncomplete = existsSync(marker);
      await writeFile(marker, "bertkit data is writing shards here, or was stopped before it was done.\n");
      return new ShardWriter(folder, lock, await OldShards.of(folder), options, made, hasIncomplete);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  async write({ bytes, ends }: EncodedBlock): Promise<void> {
    this.#all.update(bytes);
    this.#instances += ends.length;
    let start = 0; // position of the first byte that is not written yet
    for (let i = 0; i < ends.length;) {
      this.#open ??= await this.#create();
      const space = this.#options.bytes - this.#open.bytes;
      let next = i;
      while (next < ends.length && ends[next]! - start <= space) next++;
      if (next === i && this.#open.samples > 0) {
        await this.#close();
        continue;
      }
      next = Math.max(next, i + 1);
      await this.#open.append(bytes.subarray(start, ends[next - 1]!), next - i);
      start = ends[next - 1]!;
      i = next;
    }
  }

  /** Writes the last shard and the index, and removes the other shards that an old index names. */
  async end(): Promise<WrittenShards> {
    await this.#close();
    const path = join(this.#folder, "index.json");
    const { settings } = this.#options;
    await writeFile(`${path}.writing`, shardIndexText({ version: 2, shards: this.#shards, settings }));
    await this.#old.remove(this.#shards);
    await rename(`${path}.writing`, path);
    await this.#old.forget();
    await rm(join(this.#folder, unfinishedFile), { force: true });
    await this.#lock.release();
    return { instances: this.#instances, shards: this.#shards, sha256: this.#all.digest("hex") };
  }

  /**
   * Removes incomplete files, and the folders that `create` made if they are then empty. If some shards were written,
   * `unfinishedFile` remains, else the old index.json is restored.
   */
  async abort(): Promise<void> {
    await this.#open?.abort();
    this.#open = undefined;
    if (!this.#hasIncomplete) {
      await this.#old.restore();
      await rm(join(this.#folder, unfinishedFile), { force: true });
    }
    await this.#lock.release();
    if (this.#made === undefined) return;
    const outermost = resolve(this.#made);
    try {
      for (let folder = resolve(this.#folder); folder.startsWith(outermost); folder = dirname(folder))
        await rmdir(folder);
    } catch {
      // It is not empty.
    }
  }

  async #create(): Promise<OpenShard> {
    const { format, gzip } = this.#options;
    const name = `shard.${String(this.#shards.length).padStart(5, "0")}.${format}`;
    return format === "parquet" ? new ParquetShard(this.#folder, name) : new StreamShard(this.#folder, name, gzip);
  }

  async #close(): Promise<void> {
    if (this.#open === undefined) return;
    const { samples } = this.#open;
    this.#hasIncomplete = true;
    const { raw, zip } = await this.#open.close();
    this.#open = undefined;
    const { format, bytes, notes } = this.#options;
    this.#shards.push({
      ...notes,
      format,
      version: 2,
      samples,
      size_limit: bytes,
      hashes: ["sha256"],
      raw_data: raw,
      zip_data: zip,
      compression: zip && "gzip",
    });
  }
}
