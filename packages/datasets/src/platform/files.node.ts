// Selected by the "node" condition in package.json's imports.
import { createReadStream, type Stats } from "node:fs";
import { open, readdir, realpath, stat } from "node:fs/promises";
import { readInto } from "@bertkit/checks";
import { DatasetError } from "../dataset-error.ts";
import type { RandomAccess } from "../sources/random-access.ts";

export { diskCached } from "./disk-cache.ts";

/** The bytes of a file. */
export async function* fileBytes(path: string | URL): AsyncGenerator<Uint8Array, void, undefined> {
  const file = String(path);
  try {
    yield* createReadStream(path);
  } catch (error) {
    throw errorOf(error, file);
  }
}

/** Random access to a file's bytes. */
export async function openFile(path: string | URL, file: string = String(path)): Promise<RandomAccess> {
  try {
    const handle = await open(path);
    const stats = await handle.stat();
    if (stats.isDirectory()) {
      await handle.close();
      throw Object.assign(new Error("a folder"), { code: "EISDIR" });
    }
    return {
      size: stats.size,
      read: async (start, end) => {
        const bytes = new Uint8Array(end - start);
        if ((await readInto(bytes, handle, start)) < bytes.length)
          throw new DatasetError("read", "the file was truncated while it was read. Read it again.", { file });
        return bytes;
      },
      close: () => handle.close(),
    };
  } catch (error) {
    throw errorOf(error, file);
  }
}

/**
 * The paths of all files under a folder, with "/" between their parts, sorted by code unit. Links are followed, except to
 * a folder that the link is in. A link to nothing is a file, which cannot be opened; a hidden one, such as an editor's
 * lock, is omitted.
 */
export async function filesUnder(folder: string): Promise<string[]> {
  const files = await filesIn(folder, "", []);
  return files.toSorted((a, b) => (a < b ? -1 : 1));
}

async function filesIn(folder: string, prefix: string, above: readonly string[]): Promise<string[]> {
  try {
    const real = await realpath(folder);
    if (above.includes(real)) return [];
    const entries = await readdir(folder, { withFileTypes: true });
    const files = await Promise.all(
      entries.map(async (entry) => {
        const { name } = entry;
        const path = `${folder}/${name}`;
        const kind = entry.isSymbolicLink() ? await linked(path) : entry;
        if (kind === undefined) return name.startsWith(".") ? [] : [prefix + name];
        if (kind.isDirectory()) return filesIn(path, `${prefix}${name}/`, [...above, real]);
        return kind.isFile() ? [prefix + name] : [];
      }),
    );
    return files.flat();
  } catch (error) {
    throw errorOf(error, folder);
  }
}

/** What a link leads to; undefined for nothing. */
async function linked(path: string): Promise<Stats | undefined> {
  return stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ELOOP") return undefined;
    throw errorOf(error, path);
  });
}

/** The size of a file in bytes; undefined for a pipe or a device, which can be read only once. */
export async function sizeOfFile(path: string | URL): Promise<number | undefined> {
  try {
    const stats = await stat(path);
    return stats.isFile() || stats.isDirectory() ? stats.size : undefined;
  } catch (error) {
    throw errorOf(error, String(path));
  }
}

/** Whether a path is a folder. */
export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false, // reading it throws the error
  );
}

/** An environment variable. */
export function environment(name: string): string | undefined {
  return process.env[name] || undefined;
}

function errorOf(error: unknown, file: string): unknown {
  const { code } = error as { code?: unknown };
  const shown = file.length > 200 ? `${file.slice(0, 200)}…` : file;
  const known: Record<string, string> = {
    ENOENT: "there is no such file. Check the path; if this is text, not a path, pass it in a list, [text].",
    ENAMETOOLONG: "that is too long for a path. If this is text, pass it in a list, [text].",
    EISDIR: "that is a folder. Name a file in it, or read the folder with readFolder.",
    ENOTDIR: "a part of the path is a file, not a folder. Check the path.",
    ELOOP: "that is a link to itself. Correct or remove the link.",
    EACCES: "permission denied. Change the file's permissions.",
  };
  if (typeof code !== "string" || known[code] === undefined) return error;
  return new DatasetError("read", `${known[code]} (${code})`, { file: shown }, error);
}
