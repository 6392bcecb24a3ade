import { lstat, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { CheckpointError } from "../checkpoint-error.ts";
import { codeOf } from "./file-error.ts";
import type { FilePieces } from "./folder.ts";
import { makeFolder } from "./make-folder.ts";
import { temporaryPath } from "./temporary-file.ts";
import { checkContent, sizedPieces } from "./write-file.ts";
import { writeError } from "./write-error.ts";

/**
 * Atomically replaces or creates a file: writes a temporary file, syncs and renames it.
 *
 * @param keep where to move the old file; after a crash only that one may exist
 */
export async function replaceFile(target: string, content: Uint8Array | FilePieces, keep?: string): Promise<void> {
  const temporary = await writeTemporary(target, content);
  try {
    if (keep !== undefined) await rename(target, keep).catch(unlessMissing);
    await rename(temporary, target);
    await syncDirectory(dirname(target));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw writeError(target, error);
  }
}

function unlessMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}

/**
 * Writes and syncs the future `target` under a temporary name, which is returned. It has the permissions of the file
 * that it replaces. Creates directories as needed.
 */
export async function writeTemporary(target: string, content: Uint8Array | FilePieces): Promise<string> {
  checkContent(target, content);
  const temporary = temporaryPath(target);
  try {
    await makeFolder(dirname(target)).catch((cause: unknown) => {
      if (codeOf(cause) !== "EEXIST") throw cause;
      const message = `${dirname(target)} is a file, not a folder. Choose another folder, or move the file away.`;
      throw new CheckpointError("FOLDER", message, { cause });
    });
    const old = await lstat(target).catch(() => undefined);
    const handle = await open(temporary, "wx");
    try {
      if (old?.isFile()) await handle.chmod(old.mode & 0o777).catch(() => {}); // some file systems have no permissions
      const pieces = content instanceof Uint8Array ? [content] : sizedPieces(target, content);
      for await (const piece of pieces) await handle.writeFile(piece);
      await handle.sync();
    } finally {
      await handle.close();
    }
    return temporary;
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw writeError(target, error);
  }
}

/** Makes renames in a directory survive a power loss, if the system supports it. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, "r").catch(() => undefined); // Windows cannot open directories
  try {
    await handle?.sync();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EIO") throw error; // other errors: the file system does not support it
  } finally {
    await handle?.close();
  }
}
