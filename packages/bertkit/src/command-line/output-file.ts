import { accessSync, constants, fstatSync, lstatSync, realpathSync, type Stats, statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { localFolder } from "@bertkit/checkpoints/node";
import type { Output } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

/**
 * Checks before the work that a file can be written.
 *
 * @param out the value of --out
 * @throws UsageError if it is a folder; Error if it is below a file; errors of the file system if permission is denied
 *   or the file system is read-only
 */
export function requireFileName(out: string | undefined): void {
  if (out === undefined) return;
  const found = stats(out);
  if (found?.isDirectory()) throw new UsageError(`--out is a folder: ${out}. Name a file`);
  if (found !== undefined && !found.isFile()) return accessSync(out, constants.W_OK);
  requireExistingFolder(out, dirname(resolve(found === undefined ? out : realpathSync(out))));
}

/**
 * Checks before the work that a folder can be created, or written into.
 *
 * @param out the value of --out
 * @throws UsageError if it is a file; Error and errors of the file system as `requireFileName`
 */
export function requireFolderName(out: string): void {
  const found = stats(out);
  if (found !== undefined && !found.isDirectory()) throw new UsageError(`--out is a file: ${out}. Name a folder`);
  requireExistingFolder(out, resolve(out));
}

/** The folder, or the next above that exists, must be one that can be written into. */
function requireExistingFolder(out: string, folder: string): void {
  while (stats(folder) === undefined && dirname(folder) !== folder) folder = dirname(folder);
  if (stats(folder)?.isFile()) throw new Error(`${out} is below a file, which is not a folder. Choose another name.`);
  accessSync(folder, constants.W_OK);
}

/**
 * Writes a file. A regular file is replaced atomically, also if `out` is a symbolic link to it. Anything else, such as
 * a pipe or a device, is written to and stays what it is.
 *
 * @param stdout written to if `out` is the file of standard output, as /dev/stdout is
 * @throws CheckpointError or errors of the file system if it cannot be written
 */
export async function writeOutput(out: string, text: string, stdout: Output): Promise<void> {
  const found = stats(out);
  if (found !== undefined && isStandardOutput(found)) return void stdout.write(text);
  const isLinkToNothing = found === undefined && lstatSync(out, { throwIfNoEntry: false }) !== undefined;
  if (isLinkToNothing || found?.isFile() === false) return writeFile(out, text);
  const file = found === undefined ? out : realpathSync(out);
  await localFolder(dirname(file)).write(basename(file), new TextEncoder().encode(text));
}

function isStandardOutput({ dev, ino }: Stats): boolean {
  try {
    const output = fstatSync(1);
    return ino !== 0 && output.dev === dev && output.ino === ino;
  } catch {
    return false; // it is closed
  }
}

/** Undefined if there is no file, or if part of its path is not a folder. */
function stats(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
