import { checkFileName, type FilePieces, type Folder } from "./folder.ts";
import { joinPieces } from "./write-file.ts";

/** A folder in memory. `files` holds its bytes by name and may be read at any time. */
export interface MemoryFolder extends Folder {
  readonly files: ReadonlyMap<string, Uint8Array>;
  write(name: string, bytes: Uint8Array): Promise<void>;
  writePieces(name: string, pieces: FilePieces): Promise<void>;
}

/** Makes a folder in memory, empty or with the files given (text as UTF-8). */
export function memoryFolder(files: Readonly<Record<string, Uint8Array | string>> = {}): MemoryFolder {
  const encoder = new TextEncoder();
  const held = new Map(
    Object.entries(files).map(([name, content]) => [
      checkFileName(name),
      typeof content === "string" ? encoder.encode(content) : content,
    ]),
  );
  return {
    label: "memory",
    files: held,
    async read(name) {
      return held.get(checkFileName(name));
    },
    async write(name, bytes) {
      held.set(checkFileName(name), bytes.slice());
    },
    async writePieces(name, pieces) {
      held.set(checkFileName(name), await joinPieces(pieces));
    },
  };
}
