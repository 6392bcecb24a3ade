import { createHash, randomUUID } from "node:crypto";
import { copyFile, lstat, readFile, readlink, rename, rm, stat, symlink } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { codeOf, isAbsence } from "../folders/file-error.ts";
import { localFolder } from "../folders/local-folder.ts";
import { makeFolder } from "../folders/make-folder.ts";
import { commitPattern } from "./hub-options.ts";
import { cachedBlobProblem, isChecksum } from "./verify-blob.ts";

/** State of a file in the cache: verified, damaged, or known to be missing from the hub. */
export interface CachedFile {
  readonly state: "intact" | "missing" | "damaged";
  /** The damage, as part of a sentence. */
  readonly problem?: string;
}

/** The place of a hub file on disk. */
export interface CachePlace {
  readonly directory: string;
  /** Its file name. */
  readonly name: string;
}

/**
 * A repository's folder in the cache, with the layout of Hugging Face's libraries: `blobs` by ETag, `refs`, `snapshots`
 * of links, and `.no_exist` for files that a commit is known to lack. Only `.verified` is our own.
 */
export class HubCache {
  readonly root: string;
  readonly locks: string;

  constructor(cache: string, repository: string) {
    const name = `models--${repository.replace("/", "--")}`;
    this.root = join(cache, name);
    this.locks = join(cache, ".locks", name);
  }

  snapshot(commit: string): string {
    return join(this.root, "snapshots", commit);
  }

  stampOf(blob: string): string {
    return join(this.root, ".verified", basename(blob));
  }

  /** The path of a blob. An ETag that is not a checksum may not be unique, so its blob is named for this file only. */
  blob(etag: string, commit: string, file: string): string {
    const own = createHash("sha256").update(`${commit}/${file}`).digest("hex").slice(0, 16);
    return join(this.root, "blobs", isChecksum(etag) ? etag : `${etag}-${own}`);
  }

  /** The last known commit of a revision; undefined if unknown. */
  async ref(revision: string): Promise<string | undefined> {
    if (commitPattern.test(revision)) return revision;
    const text = await undefinedIfAbsent(readFile(join(this.root, "refs", revision), "utf8"));
    return text !== undefined && commitPattern.test(text.trim()) ? text.trim() : undefined;
  }

  /** Stores the commit of a revision. If that fails, it will be unknown in offline mode. */
  async setRef(revision: string, commit: string): Promise<void> {
    if (commitPattern.test(revision) || (await this.ref(revision).catch(() => undefined)) === commit) return;
    const refs = localFolder(join(this.root, "refs"));
    await refs.write(revision, new TextEncoder().encode(commit)).catch(() => {});
  }

  /** Stores that a commit lacks a file. If that fails, the hub is asked again next time. */
  async setMissing(commit: string, file: string): Promise<void> {
    const missing = localFolder(join(this.root, ".no_exist"));
    if ((await undefinedIfAbsent(stat(this.#missing(commit, file)))) !== undefined) return;
    await missing.write(`${commit}/${file}`, new Uint8Array(0)).catch(() => {});
  }

  /** The cached state of a commit's file, without a request; undefined if unknown. */
  async find(commit: string, file: string, signal: AbortSignal | undefined): Promise<CachedFile | undefined> {
    const path = join(this.snapshot(commit), file);
    const link = await undefinedIfAbsent(lstat(path));
    if (link === undefined) {
      const missing = await undefinedIfAbsent(stat(this.#missing(commit, file)));
      return missing === undefined ? undefined : { state: "missing" };
    }
    if ((await undefinedIfAbsent(stat(path))) === undefined)
      return { state: "damaged", problem: "its content is gone" };
    if (!link.isSymbolicLink()) return { state: "intact" }; // a copy, from a system without links
    const blob = resolve(dirname(path), await readlink(path));
    const etag = basename(blob);
    if (!isChecksum(etag)) return { state: "intact" };
    const problem = await cachedBlobProblem(blob, this.stampOf(blob), { etag, size: undefined }, signal);
    return problem === undefined ? { state: "intact" } : { state: "damaged", problem };
  }

  /** Links the blob into the snapshot, or copies it if the system has no links. Replaces an existing file. */
  async link(blob: string, commit: string, file: string): Promise<void> {
    const path = join(this.snapshot(commit), file);
    const target = relative(dirname(path), blob);
    if ((await readlink(path).catch(() => undefined)) === target) return;
    await makeFolder(dirname(path));
    const temporary = `${path}.${randomUUID()}.tmp`;
    try {
      await symlink(target, temporary).catch(async (error: unknown) => {
        if (!["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP"].includes(codeOf(error) ?? "")) throw error;
        await copyFile(blob, temporary);
      });
      await rename(temporary, path);
    } finally {
      await rm(temporary, { force: true });
    }
  }

  #missing(commit: string, file: string): string {
    return join(this.root, ".no_exist", commit, file);
  }
}

async function undefinedIfAbsent<T>(result: Promise<T>): Promise<T | undefined> {
  try {
    return await result;
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}
