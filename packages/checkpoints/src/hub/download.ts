import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, rename, rm, stat } from "node:fs/promises";
import { CheckpointError } from "../checkpoint-error.ts";
import { hubHeaders, type HubFile } from "./hub-file.ts";
import type { DownloadProgress } from "./hub-options.ts";

export interface DownloadOptions {
  readonly name: string;
  readonly token: string | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: DownloadProgress) => void) | undefined;
}

const attempts = 5;

/**
 * Fetches a file to `target`, through `target`.incomplete: what a broken connection or a stopped process left there is
 * gone on from. The content must have the size and the checksum that its description gives.
 */
export async function download(file: HubFile, target: string, options: DownloadOptions): Promise<void> {
  const incomplete = `${target}.incomplete`;
  for (let attempt = 1; ; attempt++) {
    try {
      await append(file, incomplete, options);
      break;
    } catch (error) {
      options.signal?.throwIfAborted();
      if (CheckpointError.isInstance(error) || attempt === attempts)
        throw CheckpointError.isInstance(error)
          ? error
          : new CheckpointError(
              "FOLDER",
              `hub: ${file.url} broke off ${attempts} times. What came is kept: run it again to go on.`,
              { cause: error },
            );
      await new Promise((resolve) => setTimeout(resolve, 100 * 2 ** attempt));
    }
  }
  await check(file, incomplete);
  await rename(incomplete, target);
}

async function append(
  file: HubFile,
  path: string,
  { name, token, signal, onProgress }: DownloadOptions,
): Promise<void> {
  let loaded = await sizeOf(path);
  if (file.size !== undefined && loaded >= file.size) return;
  const headers = { ...hubHeaders(token), "accept-encoding": "identity", range: `bytes=${loaded}-` };
  const response = await fetch(file.url, { headers, ...(signal && { signal }) });
  if (!response.ok || response.body === null)
    throw new CheckpointError("FOLDER", `hub: ${file.url} answered ${response.status} ${response.statusText}.`);
  if (response.status !== 206) loaded = 0; // the whole file comes, whatever was asked for
  const handle = await open(path, loaded === 0 ? "w" : "r+");
  try {
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      await handle.write(chunk, 0, chunk.length, loaded);
      loaded += chunk.length;
      onProgress?.({ file: name, loaded, total: file.size });
    }
  } finally {
    await handle.close();
  }
  if (file.size !== undefined && loaded < file.size) throw new Error(`ended at ${loaded} of ${file.size} bytes`);
}

/** Git names a small file by the SHA-1 of a header and its bytes, a large one has its SHA-256; mirrors may have neither. */
async function check({ etag, size, url }: HubFile, path: string): Promise<void> {
  const found = await sizeOf(path);
  const digest = await digestOf(path, etag, found);
  if ((size === undefined || size === found) && (digest === undefined || digest === etag)) return;
  await rm(path, { force: true });
  const what = digest === undefined || digest === etag ? `${found} bytes instead of ${size}` : `checksum ${digest}`;
  throw new CheckpointError(
    "FOLDER",
    `hub: ${url} came damaged: ${what}, expected ${etag}. It was thrown away; run it again, or use another mirror.`,
  );
}

async function digestOf(path: string, etag: string, size: number): Promise<string | undefined> {
  const algorithm = /^[0-9a-f]{64}$/.test(etag) ? "sha256" : /^[0-9a-f]{40}$/.test(etag) ? "sha1" : undefined;
  if (algorithm === undefined) return undefined;
  const hash = createHash(algorithm);
  if (algorithm === "sha1") hash.update(`blob ${size}\0`);
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest("hex");
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
