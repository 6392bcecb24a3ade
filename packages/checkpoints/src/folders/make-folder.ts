import { mkdir, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/**
 * Makes a directory and those above it, as `mkdir -p` does. Node's own `recursive` option never returns where a file
 * system takes no new directories and answers ENOENT, as Linux's /proc does, and hides EROFS behind ENOENT.
 *
 * @returns the topmost directory that it made, undefined where all were there
 * @throws errors of the file system: EROFS, EACCES, ENOTDIR, EEXIST where a file has the name, ENOENT where the directory
 *   above takes none
 */
export function makeFolder(path: string): Promise<string | undefined> {
  return make(resolve(path));
}

async function make(path: string): Promise<string | undefined> {
  try {
    await mkdir(path);
    return path;
  } catch (error) {
    if (await isFolder(path)) return undefined;
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || dirname(path) === path) throw error;
  }
  const made = await make(dirname(path));
  try {
    await mkdir(path);
    return made ?? path;
  } catch (error) {
    if (await isFolder(path)) return made; // another process was first
    throw error;
  }
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
