import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { localFolder, makeFolder } from "@bertkit/checkpoints/node";
import { RunFolderError } from "./run-folder-error.ts";

/**
 * Throws a RunFolderError unless files and folders ("model/") can be written in a directory, by trying. Removes the
 * folders that it created.
 */
export async function checkOutputs(path: string, outputs: readonly string[]): Promise<void> {
  for (const output of outputs) {
    const target = join(path, output);
    const isFolder = output.endsWith("/");
    const found = await stat(target.replace(/\/$/, "")).catch(() => undefined);
    try {
      if (found && found.isDirectory() !== isFolder) throw new Error(`a ${isFolder ? "file" : "folder"} has that name`);
      if (isFolder) await tryFolder(target);
    } catch (cause) {
      throw new RunFolderError(
        "OUTPUT",
        `${target} cannot be written: ${(cause as Error).message}. Move it away, or choose another folder.`,
        { cause },
      );
    }
  }
}

async function tryFolder(path: string): Promise<void> {
  const made = await makeFolder(path);
  try {
    const folder = localFolder(path);
    await folder.write(".writable", new Uint8Array(1));
    await folder.remove(".writable");
  } finally {
    if (made !== undefined) await rm(made, { recursive: true });
  }
}
