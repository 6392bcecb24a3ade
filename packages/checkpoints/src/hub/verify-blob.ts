import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { makeFolder } from "../folders/make-folder.ts";

/** The expected checksum and size of a blob. */
export interface ExpectedBlob {
  readonly etag: string;
  /** Bytes; undefined if unknown. */
  readonly size: number | undefined;
}

/** Whether an ETag is a checksum of the content, SHA-256 or git's SHA-1, so that it can be verified. */
export function isChecksum(etag: string): boolean {
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(etag);
}

/** The problem of a damaged blob, as part of a sentence; undefined if it is intact. */
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
 * The same for a blob in the cache, whoever wrote it. Once verified, its size and time are stored in `stamp`, and it is
 * read again only if they change.
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

/** Stores that a blob is verified. If that fails, it is read again next time. */
export async function noteVerified(path: string, stamp: string): Promise<void> {
  try {
    const { size, mtimeMs } = await stat(path);
    await makeFolder(dirname(stamp));
    await writeFile(stamp, `${size} ${mtimeMs}`);
  } catch {
    // A read-only cache, or a full disk.
  }
}
