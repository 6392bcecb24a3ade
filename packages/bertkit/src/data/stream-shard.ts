import { createHash, type Hash } from "node:crypto";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { ShardFile } from "@bertkit/datasets";
import type { OpenShard } from "./open-shard.ts";

/** Concatenated records, compressed or not. */
export class StreamShard implements OpenShard {
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
