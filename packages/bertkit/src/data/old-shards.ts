import { readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { parseShardIndex, type ShardEntry } from "@bertkit/datasets";

/**
 * The shards of an earlier run in a folder. Until those of the next run are complete, their index has another name, so
 * that it is still known after a process was killed.
 */
export class OldShards {
  readonly #folder: string;
  readonly #index: string;
  readonly #kept: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#index = join(folder, "index.json");
    this.#kept = join(folder, "index.old.json");
  }

  /** Renames the index, if there is one. */
  static async of(folder: string): Promise<OldShards> {
    const old = new OldShards(folder);
    await renamed(old.#index, old.#kept);
    return old;
  }

  /** Gives the index its name again. */
  async restore(): Promise<void> {
    await renamed(this.#kept, this.#index);
  }

  /** Removes the shards that the index names, except those of `shards`, and those in other folders. */
  async remove(shards: readonly ShardEntry[]): Promise<void> {
    const names = new Set(shards.flatMap(namesOf));
    for (const name of await this.#names()) if (!names.has(name)) await rm(join(this.#folder, name), { force: true });
  }

  /** Removes the index. */
  async forget(): Promise<void> {
    await rm(this.#kept, { force: true });
  }

  async #names(): Promise<string[]> {
    try {
      const { shards } = parseShardIndex(await readFile(this.#kept, "utf8"), this.#kept);
      return shards.flatMap(namesOf).filter((name) => /^shard\.\d+\.(?:tfrecord|parquet|jsonl)(?:\.gz)?$/.test(name));
    } catch {
      return []; // missing or damaged
    }
  }
}

function namesOf({ raw_data, zip_data }: ShardEntry): string[] {
  return [(zip_data ?? raw_data).basename];
}

async function renamed(from: string, to: string): Promise<void> {
  await rename(from, to).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
}
