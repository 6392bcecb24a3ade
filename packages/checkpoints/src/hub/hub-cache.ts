import { createHash, randomUUID } from "node:crypto";
import { copyFile, lstat, readFile, readlink, rename, rm, stat, symlink } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { codeOf, isAbsence } from "../folders/file-error.ts";
import { localFolder } from "../folders/local-folder.ts";
import { makeFolder } from "../folders/make-folder.ts";
import { commitPattern } from "./hub-options.ts";
import { cachedBlobProblem, isChecksum } from "./verify-blob.ts";

/** What the cache knows of a file: that it is there and sound, there and damaged, or known to be missing from the hub. */
export interface CachedFile {
  readonly state: "sound" | "missing" | "damaged";
  /** What the damage is, as part of a sentence. */
  readonly problem?: string;
}

/** Where a file of the hub is on disk. */
export interface CachePlace {
  readonly directory: string;
  /** Its name there. */
  readonly name: string;
}

/**
 * A repository's part of the cache on disk, laid out as Hugging Face's libraries lay it out: `blobs` by ETag, `refs`,
 * `snapshots` of links, and `.no_exist` for files that a commit is known to lack. `.verified` is our own.
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

  /** A blob's place. A name that is no checksum may stand for several contents: it is then this file's alone. */
  blob(etag: string, commit: string, file: string): string {
    const own = createHash("sha256").update(`${commit}/${file}`).digest("hex").slice(0, 16);
    return join(this.root, "blobs", isChecksum(etag) ? etag : `${etag}-${own}`);
  }

  /** The commit that a revision last stood for; undefined where that is not known. */
  async ref(revision: string): Promise<string | undefined> {
    if (commitPattern.test(revision)) return revision;
    const text = await unlessAbsent(readFile(join(this.root, "refs", revision), "utf8"));
    return text !== undefined && commitPattern.test(text.trim()) ? text.trim() : undefined;
  }

  /** Remembers what a revision stands for; where it cannot, offline mode later knows less. */
  async setRef(revision: string, commit: string): Promise<void> {
    if (commitPattern.test(revision) || (await this.ref(revision).catch(() => undefined)) === commit) return;
    const refs = localFolder(join(this.root, "refs"));
    await refs.write(revision, new TextEncoder().encode(commit)).catch(() => {});
  }

  /** Remembers that a commit lacks a file; where it cannot, it is asked for again next time. */
  async setMissing(commit: string, file: string): Promise<void> {
    const missing = localFolder(join(this.root, ".no_exist"));
    if ((await unlessAbsent(stat(this.#missing(commit, file)))) !== undefined) return;
    await missing.write(`${commit}/${file}`, new Uint8Array(0)).catch(() => {});
  }

  /** What is known of a commit's file without asking anybody; undefined where nothing is. */
  async find(commit: string, file: string, signal: AbortSignal | undefined): Promise<CachedFile | undefined> {
    const path = join(this.snapshot(commit), file);
    const link = await unlessAbsent(lstat(path));
    if (link === undefined) {
      const missing = await unlessAbsent(stat(this.#missing(commit, file)));
      return missing === undefined ? undefined : { state: "missing" };
    }
    if ((await unlessAbsent(stat(path))) === undefined) return { state: "damaged", problem: "its content is gone" };
    if (!link.isSymbolicLink()) return { state: "sound" }; // a copy, made where links cannot be
    const blob = resolve(dirname(path), await readlink(path));
    const etag = basename(blob);
    if (!isChecksum(etag)) return { state: "sound" };
    const problem = await cachedBlobProblem(blob, this.stampOf(blob), { etag, size: undefined }, signal);
    return problem === undefined ? { state: "sound" } : { state: "damaged", problem };
  }

  /** A link from the snapshot to the blob; a copy where the system has no links. It replaces what is there. */
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

async function unlessAbsent<T>(result: Promise<T>): Promise<T | undefined> {
  try {
    return await result;
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}
