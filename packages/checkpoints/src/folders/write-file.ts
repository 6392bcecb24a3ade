import { shown } from "@bertkit/checks";
import { CheckpointError } from "../checkpoint-error.ts";
import { checkFolder } from "./check-folder.ts";
import type { FilePieces, Folder } from "./folder.ts";

/** Writes a file, text as UTF-8. Throws a CheckpointError if the folder is read-only. */
export async function writeFile(
  folder: Folder,
  name: string,
  content: Uint8Array | string | FilePieces,
): Promise<void> {
  checkFolder("writeFile", folder);
  if (!folder.write)
    throw new CheckpointError(
      "FOLDER",
      `writeFile: ${folder.label ?? "the folder"} is read-only. Write to a localFolder or a memoryFolder.`,
    );
  if (typeof content === "string") return folder.write(name, new TextEncoder().encode(content));
  if (content instanceof Uint8Array) return folder.write(name, content);
  if (typeof content !== "object" || content === null || !(Symbol.asyncIterator in content))
    throw new TypeError(
      `writeFile: content must be a text, a Uint8Array or pieces, got ${shown(content)}. Pass bytes or a text.`,
    );
  if (folder.writePieces) return folder.writePieces(name, content);
  return folder.write(name, await joinPieces(content));
}

/** Joins the pieces of a file in memory. */
export async function joinPieces(pieces: FilePieces): Promise<Uint8Array> {
  const bytes = new Uint8Array(pieces.size);
  let position = 0;
  for await (const piece of pieces) {
    bytes.set(piece, position);
    position += piece.length;
  }
  return bytes;
}
