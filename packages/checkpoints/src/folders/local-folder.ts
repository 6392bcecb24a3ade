import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { callable, checkOptions, checkText } from "@bertkit/checks";
import type { RandomAccess } from "../random-access.ts";
import { checkFileName, type FilePieces, type Folder, type StagedFiles } from "./folder.ts";
import { openLocalFile, readLocalFile } from "./read-local-file.ts";
import { replaceFile } from "./replace-file.ts";
import { stageFiles } from "./stage-files.ts";
import { removeLeftovers } from "./temporary-file.ts";

/** A directory, with writes and ranged reads. */
export interface LocalFolder extends Folder {
  write(name: string, bytes: Uint8Array): Promise<void>;
  writePieces(name: string, pieces: FilePieces): Promise<void>;
  remove(name: string): Promise<void>;
  stage(entry: string): Promise<StagedFiles>;
  open(name: string): Promise<RandomAccess | undefined>;
}

export interface LocalFolderOptions {
  /** The name under which to keep a file that a write replaces; default none. After a crash only that one may exist. */
  readonly keep?: (name: string) => string | undefined;
}

/**
 * A directory of this machine, created by the first write. Writes are atomic: a temporary file is written, synced and
 * renamed, so that a reader or a crash sees either the old or the new file. A write also removes temporary files of
 * dead processes from its directory. Only a file that does not exist is undefined: an unreadable file, a directory of
 * its name or a dangling link throws a CheckpointError.
 */
export function localFolder(path: string, options: LocalFolderOptions = {}): LocalFolder {
  checkText("localFolder", "path", path, "Pass a directory's path.");
  checkOptions("localFolder", options, { keep: callable });
  const { keep } = options;
  const swept = new Set<string>();
  const sweep = async (directory: string): Promise<void> => {
    if (swept.has(directory)) return;
    swept.add(directory);
    await removeLeftovers(directory);
  };
  const replace = async (name: string, content: Uint8Array | FilePieces): Promise<void> => {
    const target = join(path, checkFileName(name));
    await sweep(dirname(target));
    const kept = keep?.(name);
    await replaceFile(target, content, kept === undefined ? undefined : join(path, checkFileName(kept)));
  };
  const folder: LocalFolder = {
    label: path,
    read: (name) => readLocalFile(path, name),
    write: replace,
    writePieces: replace,
    remove: (name) => rm(join(path, checkFileName(name)), { force: true }),
    stage: (entry) => stageFiles(path, entry, folder, sweep),
    open: (name) => openLocalFile(path, name),
  };
  return folder;
}
