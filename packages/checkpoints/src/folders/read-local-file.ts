import { constants } from "node:fs";
import { type FileHandle, open, readlink, stat } from "node:fs/promises";
import { join } from "node:path";
import { readInto } from "@bertkit/checks";
import { CheckpointError } from "../checkpoint-error.ts";
import type { RandomAccess } from "../random-access.ts";
import { codeOf, isAbsence, unreadable } from "./file-error.ts";
import { checkFileName } from "./folder.ts";

/** Reads a whole file; undefined if it does not exist. Throws a CheckpointError with its name if it cannot be read. */
export async function readLocalFile(directory: string, name: string): Promise<Uint8Array | undefined> {
  const handle = await openRegular(directory, name);
  if (!handle) return undefined;
  try {
    return await handle.readFile();
  } catch (cause) {
    throw unreadable(join(directory, name), cause);
  } finally {
    await handle.close();
  }
}

/**
 * Opens a file for ranged reads; undefined if it does not exist. Throws a CheckpointError with its name if it cannot.
 */
export async function openLocalFile(directory: string, name: string): Promise<RandomAccess | undefined> {
  const handle = await openRegular(directory, name);
  if (!handle) return undefined;
  const label = join(directory, name);
  const { size } = await handle.stat();
  return {
    size,
    label,
    fresh: true,
    async read(start, end) {
      const bytes = new Uint8Array(end - start);
      try {
        return bytes.subarray(0, await readInto(bytes, handle, start));
      } catch (cause) {
        throw unreadable(label, cause);
      }
    },
    close: () => handle.close(),
  };
}

async function openRegular(directory: string, name: string): Promise<FileHandle | undefined> {
  const path = join(directory, checkFileName(name));
  let handle: FileHandle;
  try {
    // Without O_NONBLOCK, opening a pipe would wait for a writer.
    handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (cause) {
    if (!isAbsence(cause)) throw unreadable(path, cause);
    await checkLinks(directory, name);
    if (codeOf(cause) === "ENOTDIR") await rejectFile(directory);
    return undefined;
  }
  const stats = await handle.stat();
  if (stats.isFile()) return handle;
  await handle.close();
  throw unreadable(path, stats.isDirectory() ? { code: "EISDIR" } : new Error("it is not a regular file"));
}

/** @throws CheckpointError if a file has the directory's path */
async function rejectFile(directory: string): Promise<void> {
  const found = await stat(directory).catch(() => undefined);
  if (found !== undefined && !found.isDirectory())
    throw new CheckpointError(
      "FOLDER",
      `localFolder: ${directory} is a file, not a folder. Name the folder that has the model's files.`,
    );
}

/** A dangling link is an error, not a missing file: a file should be there. */
async function checkLinks(directory: string, name: string): Promise<void> {
  let path = directory;
  for (const part of name.split("/")) {
    path = join(path, part);
    const link = await readlink(path).catch(() => undefined); // not a link, or does not exist
    if (link === undefined) continue;
    const leadsNowhere = await stat(path).then(
      () => false,
      (error: unknown) => isAbsence(error),
    );
    if (leadsNowhere)
      throw new CheckpointError(
        "FOLDER",
        `localFolder: ${path} is a link to ${link}, which does not exist. Restore it, or delete the link.`,
      );
  }
}
