import { checkObject } from "@bertkit/checks";
import { checkFileName, type FilePieces, type Folder, type StagedFiles } from "./folder.ts";
import { checkBytes, joinPieces } from "./write-file.ts";

/** A folder in memory. `files` has the bytes by name and may be read at any time. */
export interface MemoryFolder extends Folder {
  readonly files: ReadonlyMap<string, Uint8Array>;
  write(name: string, bytes: Uint8Array): Promise<void>;
  writePieces(name: string, pieces: FilePieces): Promise<void>;
  remove(name: string): Promise<void>;
  stage(): Promise<StagedFiles>;
}

/** Creates a folder in memory, empty or with the given files (strings as UTF-8). */
export function memoryFolder(files: Readonly<Record<string, Uint8Array | string>> = {}): MemoryFolder {
  checkObject("memoryFolder", "files", files, "bytes or texts by their names");
  const encoder = new TextEncoder();
  const held = new Map(
    Object.entries(files).map(([name, content]) => {
      const bytes = typeof content === "string" ? encoder.encode(content) : content;
      checkBytes(name, bytes);
      return [checkFileName(name), bytes];
    }),
  );
  const read = async (name: string): Promise<Uint8Array | undefined> => held.get(checkFileName(name));
  return {
    label: "memory",
    files: held,
    read,
    async remove(name) {
      held.delete(checkFileName(name));
    },
    async stage() {
      const changes = new Map<string, Uint8Array | undefined>();
      return {
        label: "memory",
        read,
        write: async (name, bytes) => void changes.set(checkFileName(name), copyOf(name, bytes)),
        writePieces: async (name, pieces) => void changes.set(checkFileName(name), await joinPieces(name, pieces)),
        remove: async (name) => void changes.set(checkFileName(name), undefined),
        async commit() {
          for (const [name, bytes] of changes) {
            if (bytes === undefined) held.delete(name);
            else held.set(name, bytes);
          }
        },
        discard: async () => changes.clear(),
      };
    },
    async write(name, bytes) {
      held.set(checkFileName(name), copyOf(name, bytes));
    },
    async writePieces(name, pieces) {
      held.set(checkFileName(name), await joinPieces(name, pieces));
    },
  };
}

function copyOf(name: string, bytes: Uint8Array): Uint8Array {
  checkBytes(name, bytes);
  return new Uint8Array(bytes); // slice() of a Buffer is a view
}
