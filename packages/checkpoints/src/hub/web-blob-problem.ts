import type { DownloadedBlob } from "../http/download-blob.ts";

/** Larger files would take their whole size in memory to be hashed, and come from servers that do not name the hash. */
const mostHashed = 16 << 20;

/**
 * What is wrong with a small file that came, where its ETag is git's SHA-1 and the page may hash (on HTTPS or local);
 * undefined where nothing is, or nobody can tell.
 */
export async function webBlobProblem({ blob, headers }: DownloadedBlob): Promise<string | undefined> {
  const etag = headers.get("etag")?.replace(/^W\//, "").replaceAll('"', "") ?? "";
  const { crypto } = globalThis as { crypto?: { subtle?: SubtleCrypto } };
  if (!/^[0-9a-f]{40}$/.test(etag) || blob.size > mostHashed || !crypto?.subtle) return undefined;
  const content = new Blob([`blob ${blob.size}\0`, blob]);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-1", await content.arrayBuffer()));
  const digest = Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return digest === etag ? undefined : `checksum ${digest}, expected ${etag}`;
}
