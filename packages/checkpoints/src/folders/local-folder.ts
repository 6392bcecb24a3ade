import { randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { RandomAccess } from "../random-access.ts";
import { checkFileName, type FilePieces, type Folder } from "./folder.ts";

/** A directory that can be written and read in ranges. */
export interface LocalFolder extends Folder {
  write(name: string, bytes: Uint8Array): Promise<void>;
  writePieces(name: string, pieces: FilePieces): Promise<void>;
  open(name: string): Promise<RandomAccess | undefined>;
}

/**
 * A directory of this machine, made when first written to. A write goes to a temporary file that is
 * synced and then renamed, so a reader sees the old file or the new one and a crash leaves no half of either.
 */
export function localFolder(path: string): LocalFolder {
  const replace = async (name: string, content: Uint8Array | FilePieces): Promise<void> => {
    const target = join(path, checkFileName(name));
    await mkdir(dirname(target), { recursive: true });
    await replaceFile(target, content);
  };
  return {
    label: path,
    async read(name) {
      return unlessMissing(readFile(join(path, checkFileName(name))));
    },
    write: replace,
    writePieces: replace,
    async open(name) {
      const handle = await unlessMissing(open(join(path, checkFileName(name)), "r"));
      if (!handle) return undefined;
      const { size } = await handle.stat();
      return {
        size,
        label: join(path, name),
        fresh: true,
        async read(start, end) {
          const bytes = new Uint8Array(end - start);
          let filled = 0;
          while (filled < bytes.length) {
            const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, start + filled);
            if (bytesRead === 0) break;
            filled += bytesRead;
          }
          return bytes.subarray(0, filled);
        },
        close: () => handle.close(),
      };
    },
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

async function unlessMissing<T>(result: Promise<T>): Promise<T | undefined> {
  try {
    return await result;
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}
