import type { DownloadedBlob } from "../http/download-blob.ts";

/** Hashing a larger file would need all of it in memory, and its server does not send the hash. */
const maxHashed = 16 << 20;

/**
 * The problem of a damaged small file, if its ETag is git's SHA-1 and the page can hash (on HTTPS or localhost);
 * undefined if it is intact or cannot be verified.
 */
export async function webBlobProblem({ blob, headers }: DownloadedBlob): Promise<string | undefined> {
  const etag = headers.get("etag")?.replace(/^W\//, "").replaceAll('"', "") ?? "";
  const { crypto } = globalThis as { crypto?: { subtle?: SubtleCrypto } };
  if (!/^[0-9a-f]{40}$/.test(etag) || blob.size > maxHashed || !crypto?.subtle) return undefined;
  const content = new Blob([`blob ${blob.size}\0`, blob]);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-1", await content.arrayBuffer()));
  const digest = Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return digest === etag ? undefined : `checksum ${digest}, expected ${etag}`;
}
