import { lstat, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { withFileLock } from "./file-lock.ts";
import { checkFileName, type FilePieces, type Folder, type StagedFiles } from "./folder.ts";
import { syncDirectory, writeTemporary } from "./replace-file.ts";
import { isTemporary, temporaryPath } from "./temporary-file.ts";
import { unfinishedText } from "./unfinished.ts";
import { writeError } from "./write-error.ts";

/** A lock file of the directory, which exists only during a commit. */
const lockName = ".bertkit-save.lock";

/**
 * Replaces files of a directory together. All new files are written and synced under temporary names. Then the entry is
 * invalidated, the old files are moved away, the new files are moved in, and the entry last, under a lock against other
 * commits, also of other processes. Old and new files are never mixed; only a crash between the first and the last move
 * leaves neither.
 *
 * @param folder the directory, for reads
 * @param sweep called with each directory before a write to it
 */
export async function stageFiles(
  path: string,
  entry: string,
  folder: Folder,
  sweep: (directory: string) => Promise<void>,
): Promise<StagedFiles> {
  /** The path of each file's new content; undefined if the file is removed. */
  const changes = new Map<string, string | undefined>();
  const pathOf = (name: string): string => join(path, checkFileName(name));

  async function set(name: string, temporary: string | undefined): Promise<void> {
    const before = changes.get(name);
    changes.set(name, temporary);
    if (before !== undefined) await rm(before, { force: true });
  }

  async function write(name: string, content: Uint8Array | FilePieces): Promise<void> {
    const target = pathOf(name);
    await sweep(dirname(target));
    if ((await kindOf(target)) === "directory")
      throw writeError(target, Object.assign(new Error(), { code: "EISDIR" }));
    await set(name, await writeTemporary(target, content));
  }

  async function commit(): Promise<void> {
    try {
      await withFileLock(join(path, lockName), replaceAll);
    } catch (error) {
      throw writeError(path, error);
    }
  }

  async function replaceAll(): Promise<void> {
    const newEntry = changes.get(entry);
    if (newEntry === undefined) throw new Error(`stageFiles: ${entry}, the entry, was not written.`);
    const target = pathOf(entry);
    const moves = new Moves();
    try {
      const replaced: string[] = [];
      for (const name of changes.keys())
        if (name !== entry && (await kindOf(pathOf(name))) !== undefined) replaced.push(pathOf(name));
      const added = [...changes].filter(([name, file]) => name !== entry && file !== undefined);
      if ((added.length > 0 || replaced.length > 0) && (await holdsFiles(path))) {
        const notice = await writeTemporary(target, new TextEncoder().encode(unfinishedText));
        moves.made(notice);
        if ((await kindOf(target)) !== undefined) await moves.away(target);
        await moves.move(notice, target);
        await syncDirectory(path);
      }
      for (const file of replaced) await moves.away(file);
      for (const [name, file] of added) await moves.move(file!, pathOf(name));
      for (const directory of new Set(added.map(([name]) => dirname(pathOf(name))))) await syncDirectory(directory);
      await rename(newEntry, target);
      await syncDirectory(path);
    } catch (error) {
      await moves.undo();
      throw error;
    }
    changes.clear();
    await moves.forget();
  }

  return {
    ...folder,
    write,
    writePieces: write,
    remove: (name) => set(name, undefined),
    commit,
    async discard() {
      for (const file of changes.values()) if (file !== undefined) await rm(file, { force: true });
      changes.clear();
    },
  };
}

/** Renames that can be undone. */
class Moves {
  readonly #done: [from: string, to: string][] = [];
  readonly #temporary: string[] = [];

  /** Registers a temporary file, to be removed at the end if it still exists. */
  made(path: string): void {
    this.#temporary.push(path);
  }

  async move(from: string, to: string): Promise<void> {
    await rename(from, to);
    this.#done.push([from, to]);
  }

  /** Moves a file to a temporary name. */
  async away(path: string): Promise<void> {
    const temporary = temporaryPath(path);
    await this.move(path, temporary);
    this.made(temporary);
  }

  async undo(): Promise<void> {
    for (const [from, to] of this.#done.toReversed()) await rename(to, from).catch(() => {});
    await this.forget();
  }

  /** Removes the files that were moved away. */
  async forget(): Promise<void> {
    for (const path of this.#temporary) await rm(path, { force: true }).catch(() => {});
  }
}

async function kindOf(path: string): Promise<"directory" | "file" | undefined> {
  try {
    return (await lstat(path)).isDirectory() ? "directory" : "file";
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}

async function holdsFiles(path: string): Promise<boolean> {
  return (await readdir(path)).some((name) => !isTemporary(name) && !name.startsWith(lockName));
}
