import { createHash } from "node:crypto";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ShardFile } from "@bertkit/datasets";
import type { OpenShard } from "./open-shard.ts";
import { parquetBytes, parquetColumns } from "./parquet-rows.ts";

/** Rows of a Parquet file, which arrive as JSON Lines and are held in memory until it is written. */
export class ParquetShard implements OpenShard {
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
