import { createHash, type Hash } from "node:crypto";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { type ShardEntry, type ShardFile, shardIndexText } from "@bertkit/datasets";
import type { EncodedBlock, InstanceFormat } from "./encoded-block.ts";
import { parquetBytes, parquetColumns } from "./parquet-rows.ts";

export interface ShardWriterOptions {
  readonly format: InstanceFormat;
  readonly gzip: boolean;
  /** Bytes of a shard before compression; a larger record is a shard by itself. */
  readonly bytes: number;
  /** Notes stored with each shard. */
  readonly notes: Readonly<Record<string, unknown>>;
}

/** The result. */
export interface WrittenShards {
  readonly instances: number;
  readonly shards: readonly ShardEntry[];
  /** SHA-256 of all records, concatenated; does not depend on the size of shards. */
  readonly sha256: string;
}

/**
 * Writes records to shards in a folder, each under a temporary name until it is complete, and at the end their
 * index.json, in the format of mosaicml/streaming.
 */
export class ShardWriter {
  readonly #folder: string;
  readonly #options: ShardWriterOptions;
  readonly #shards: ShardEntry[] = [];
  readonly #all = createHash("sha256");
  #open: OpenShard | undefined;
  #instances = 0;

  private constructor(folder: string, options: ShardWriterOptions) {
    this.#folder = folder;
    this.#options = options;
  }

  /** Creates the folder. Removes an old index.json, so that there is none until the new shards are complete. */
  static async create(folder: string, options: ShardWriterOptions): Promise<ShardWriter> {
    await mkdir(folder, { recursive: true });
    await rm(join(folder, "index.json"), { force: true });
    return new ShardWriter(folder, options);
  }

  async write({ bytes, ends }: EncodedBlock): Promise<void> {
    this.#all.update(bytes);
    this.#instances += ends.length;
    let start = 0; // position of the first byte that is not written yet
    for (let i = 0; i < ends.length;) {
      this.#open ??= await this.#create();
      const room = this.#options.bytes - this.#open.bytes;
      let next = i;
      while (next < ends.length && ends[next]! - start <= room) next++;
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

  /** Writes the last shard and the index. */
  async end(): Promise<WrittenShards> {
    await this.#close();
    const path = join(this.#folder, "index.json");
    await writeFile(`${path}.writing`, shardIndexText({ version: 2, shards: this.#shards }));
    await rename(`${path}.writing`, path);
    return { instances: this.#instances, shards: this.#shards, sha256: this.#all.digest("hex") };
  }

  /** Removes incomplete files. */
  async abort(): Promise<void> {
    await this.#open?.abort();
    this.#open = undefined;
  }

  async #create(): Promise<OpenShard> {
    const { format, gzip } = this.#options;
    const name = `shard.${String(this.#shards.length).padStart(5, "0")}.${format}`;
    return format === "parquet" ? new ParquetShard(this.#folder, name) : new StreamShard(this.#folder, name, gzip);
  }

  async #close(): Promise<void> {
    if (this.#open === undefined) return;
    const { samples } = this.#open;
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

interface OpenShard {
  readonly samples: number;
  /** Before compression. */
  readonly bytes: number;
  append(bytes: Uint8Array, samples: number): Promise<void>;
  close(): Promise<{ raw: ShardFile; zip: ShardFile | null }>;
  abort(): Promise<void>;
}

/** Concatenated records, compressed or not. */
class StreamShard implements OpenShard {
  samples = 0;
  bytes = 0;
  readonly #path: string;
  readonly #name: string;
  readonly #file: Writable;
  readonly #input: Writable;
  readonly #raw: Hash = createHash("sha256");
  readonly #zip: Hash | undefined;
  readonly #done: Promise<unknown>;

  constructor(folder: string, name: string, gzip: boolean) {
    this.#name = name;
    this.#path = join(folder, gzip ? `${name}.gz` : name);
    this.#file = createWriteStream(`${this.#path}.writing`);
    if (gzip) {
      const packer = createGzip();
      const hash = createHash("sha256");
      packer.on("data", (piece: Uint8Array) => hash.update(piece));
      packer.pipe(this.#file);
      packer.on("error", (error) => this.#file.destroy(error));
      this.#input = packer;
      this.#zip = hash;
    } else {
      this.#input = this.#file;
      this.#zip = undefined;
    }
    this.#done = finished(this.#file);
    this.#done.catch(() => {}); // thrown where it is awaited
  }

  async append(bytes: Uint8Array, samples: number): Promise<void> {
    this.samples += samples;
    this.bytes += bytes.length;
    this.#raw.update(bytes);
    if (!this.#input.write(bytes)) await Promise.race([once(this.#input, "drain"), this.#done]);
  }

  async close(): Promise<{ raw: ShardFile; zip: ShardFile | null }> {
    this.#input.end();
    await this.#done;
    await rename(`${this.#path}.writing`, this.#path);
    const raw = { basename: this.#name, bytes: this.bytes, hashes: { sha256: this.#raw.digest("hex") } };
    if (this.#zip === undefined) return { raw, zip: null };
    const hashes = { sha256: this.#zip.digest("hex") };
    return { raw, zip: { basename: `${this.#name}.gz`, bytes: (await stat(this.#path)).size, hashes } };
  }

  async abort(): Promise<void> {
    this.#input.destroy();
    this.#file.destroy();
    await this.#done.catch(() => {});
    await rm(`${this.#path}.writing`, { force: true });
  }
}

/** Rows of a Parquet file, which arrive as JSON Lines and are held in memory until it is written. */
class ParquetShard implements OpenShard {
  samples = 0;
  bytes = 0;
  readonly #folder: string;
  readonly #name: string;
  #columns = parquetColumns();

  constructor(folder: string, name: string) {
    this.#folder = folder;
    this.#name = name;
  }

  async append(bytes: Uint8Array, samples: number): Promise<void> {
    this.samples += samples;
    this.bytes += bytes.length;
    this.#columns.add(bytes);
  }

  async close(): Promise<{ raw: ShardFile; zip: null }> {
    const bytes = await parquetBytes(this.#columns);
    const path = join(this.#folder, this.#name);
    await writeFile(`${path}.writing`, bytes);
    await rename(`${path}.writing`, path);
    const hashes = { sha256: createHash("sha256").update(bytes).digest("hex") };
    return { raw: { basename: this.#name, bytes: bytes.length, hashes }, zip: null };
  }

  async abort(): Promise<void> {
    this.#columns = parquetColumns();
  }
}
