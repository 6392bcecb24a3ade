import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { makeFolder } from "../folders/make-folder.ts";

/** What a blob's name and the hub say of it. */
export interface ExpectedBlob {
  readonly etag: string;
  /** Bytes; undefined where nobody says. */
  readonly size: number | undefined;
}

/** Whether a name is a checksum of the content, SHA-256 or git's SHA-1, so that the content can be held to it. */
export function isChecksum(etag: string): boolean {
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(etag);
}

/** What is wrong with a file that should be a blob, as part of a sentence; undefined where nothing is. */
export async function blobProblem(
  path: string,
  { etag, size }: ExpectedBlob,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const found = (await stat(path)).size;
  if (size !== undefined && size !== found) return `${found} bytes instead of ${size}`;
  if (!isChecksum(etag)) return undefined;
  const hash = createHash(etag.length === 64 ? "sha256" : "sha1");
  if (etag.length === 40) hash.update(`blob ${found}\0`);
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20, signal }))
    hash.update(chunk as Uint8Array);
  const digest = hash.digest("hex");
  return digest === etag ? undefined : `checksum ${digest}`;
}

/**
 * The same for a blob in the cache, whoever put it there: once verified, its size and time are noted in `stamp`, and it
 * is read again only when they change.
 */
export async function cachedBlobProblem(
  path: string,
  stamp: string,
  expected: ExpectedBlob,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const { size, mtimeMs } = await stat(path);
  const state = `${size} ${mtimeMs}`;
  if (isChecksum(expected.etag) && (expected.size ?? size) === size) {
    if ((await readFile(stamp, "utf8").catch(() => "")) === state) return undefined;
  }
  const problem = await blobProblem(path, expected, signal);
  if (problem === undefined && isChecksum(expected.etag)) await noteVerified(path, stamp);
  return problem;
}

/** Notes that a blob is sound; where it cannot be noted, it is read again next time. */
export async function noteVerified(path: string, stamp: string): Promise<void> {
  try {
    const { size, mtimeMs } = await stat(path);
    await makeFolder(dirname(stamp));
    await writeFile(stamp, `${size} ${mtimeMs}`);
  } catch {
    // a read-only cache, or a full disk
  }
}
