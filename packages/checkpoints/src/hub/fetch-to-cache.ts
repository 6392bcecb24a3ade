import { basename, dirname, join } from "node:path";
import { isAbsence } from "../folders/file-error.ts";
import { type LockHolder, withFileLock } from "../folders/file-lock.ts";
import { isForbidden } from "./cache-error.ts";
import { download, type DownloadOptions } from "./download.ts";
import type { CachePlace, HubCache } from "./hub-cache.ts";
import type { HubFile } from "./hub-file.ts";
import { cachedBlobProblem, noteVerified } from "./verify-blob.ts";

/**
 * Ensures that a file of the hub is in the cache, verified, and returns its place. If several processes need it, one
 * downloads it and the others wait. If the cache is read-only but has the content, the place is that of the blob.
 */
export async function fetchToCache(cache: HubCache, file: HubFile, options: DownloadOptions): Promise<CachePlace> {
  const { name, signal } = options;
  const blob = cache.blob(file.etag, file.commit, name);
  const stamp = cache.stampOf(blob);
  const isIntact = (): Promise<boolean> =>
    cachedBlobProblem(blob, stamp, file, signal).then(
      (problem) => problem === undefined,
      (error: unknown) => {
        if (isAbsence(error)) return false;
        throw error;
      },
    );
  if (!(await isIntact())) {
    const fetchIt = async (): Promise<void> => {
      if (await isIntact()) return;
      await download(file, blob, options);
      await noteVerified(blob, stamp);
    };
    await withFileLock(join(cache.locks, `${file.etag}.node-lock`), fetchIt, {
      signal,
      onWait: (by) => warn(by, name),
    });
  }
  try {
    await cache.link(blob, file.commit, name);
    return { directory: cache.snapshot(file.commit), name };
  } catch (error) {
    if (isForbidden(error)) return { directory: dirname(blob), name: basename(blob) };
    throw error;
  }
}

function warn({ pid }: LockHolder, name: string): void {
  if (pid === process.pid) return;
  const who = pid === undefined ? "another process" : `another process (${pid})`;
  process.emitWarning(`hub: ${who} is downloading ${name}; waiting for it.`);
}
