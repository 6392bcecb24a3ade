import { randomUUID } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { RandomAccess } from "../random-access.ts";
import { checkFileName, type FilePieces, type Folder } from "./folder.ts";
import { openLocalFile, readLocalFile } from "./read-local-file.ts";

/** A directory that can be written and read in ranges. */
export interface LocalFolder extends Folder {
  write(name: string, bytes: Uint8Array): Promise<void>;
  writePieces(name: string, pieces: FilePieces): Promise<void>;
  open(name: string): Promise<RandomAccess | undefined>;
}

/**
 * A directory of this machine, made when first written to. A write goes to a temporary file that is
 * synced and then renamed, so a reader sees the old file or the new one and a crash leaves no half of either.
 * A file that is there and cannot be read, a directory in its place, or a link that leads nowhere, throws a
 * CheckpointError: only one that does not exist is undefined.
 */
export function localFolder(path: string): LocalFolder {
  const replace = async (name: string, content: Uint8Array | FilePieces): Promise<void> => {
    const target = join(path, checkFileName(name));
    await mkdir(dirname(target), { recursive: true });
    await replaceFile(target, content);
  };
  return {
    label: path,
    read: (name) => readLocalFile(path, name),
    write: replace,
    writePieces: replace,
    open: (name) => openLocalFile(path, name),
  };
}

async function replaceFile(target: string, content: Uint8Array | FilePieces): Promise<void> {
  const temporary = `${target}.${randomUUID()}.tmp`;
  try {
    const handle = await open(temporary, "wx");
    try {
      for await (const piece of content instanceof Uint8Array ? [content] : content) await handle.writeFile(piece);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
