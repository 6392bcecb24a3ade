import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { RandomAccess } from "../random-access.ts";
import { checkFileName, type FilePieces, type Folder, type StagedFiles } from "./folder.ts";
import { openLocalFile, readLocalFile } from "./read-local-file.ts";
import { replaceFile } from "./replace-file.ts";
import { stageFiles } from "./stage-files.ts";
import { removeLeftovers } from "./temporary-file.ts";

/** A directory that can be written and read in ranges. */
export interface LocalFolder extends Folder {
  write(name: string, bytes: Uint8Array): Promise<void>;
  writePieces(name: string, pieces: FilePieces): Promise<void>;
  remove(name: string): Promise<void>;
  stage(entry: string): Promise<StagedFiles>;
  open(name: string): Promise<RandomAccess | undefined>;
}

export interface LocalFolderOptions {
  /** Under which name a file stays when a write replaces it; default none. A crash may leave it under that name alone. */
  keep?: (name: string) => string | undefined;
}

/**
 * A directory of this machine, made when first written to. A write goes to a temporary file that is
 * synced and then renamed, so a reader sees the old file or the new one and a crash leaves no half of either. Temporary
 * files that processes left behind when they died are removed where something is written next.
 * A file that is there and cannot be read, a directory in its place, or a link that leads nowhere, throws a
 * CheckpointError: only one that does not exist is undefined.
 */
export function localFolder(path: string, { keep }: LocalFolderOptions = {}): LocalFolder {
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
