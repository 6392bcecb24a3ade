import { checkText } from "@bertkit/checks";
import { mkdir, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/**
 * Creates a directory and its missing parents, as `mkdir -p` does. Node's option `recursive` never returns if the file
 * system responds with ENOENT to new directories, as Linux's /proc does, and reports EROFS as ENOENT.
 *
 * @returns the topmost directory that it created; undefined if all exist
 * @throws errors of the file system: EROFS, EACCES, ENOTDIR, EEXIST if a file has the name, ENOENT if the parent accepts no
 *   new directories
 */
export async function makeFolder(path: string): Promise<string | undefined> {
  checkText("makeFolder", "path", path, "Pass a directory's path.");
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
