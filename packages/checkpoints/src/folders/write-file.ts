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
  if (!isPieces(content))
    throw new TypeError(
      `writeFile: content must be a text, a Uint8Array or pieces, got ${shown(content)}. Pass bytes or a text.`,
    );
  if (folder.writePieces) return folder.writePieces(name, content);
  return folder.write(name, await joinPieces(name, content));
}

/** Joins the pieces of a file in memory. */
export async function joinPieces(name: string, pieces: FilePieces): Promise<Uint8Array> {
  checkContent(name, pieces);
  if (pieces instanceof Uint8Array) return new Uint8Array(pieces); // slice() of a Buffer is a view
  const bytes = new Uint8Array(pieces.size);
  let position = 0;
  for await (const piece of sizedPieces(name, pieces)) {
    bytes.set(piece, position);
    position += piece.length;
  }
  return bytes;
}

/** The pieces of a file. Throws a CheckpointError if they have more or fewer bytes than their `size`. */
export async function* sizedPieces(name: string, pieces: FilePieces): AsyncGenerator<Uint8Array, void, undefined> {
  let bytes = 0;
  const check = (fits: boolean): void => {
    if (!fits)
      throw new CheckpointError(
        "FOLDER",
        `${name}: the pieces have ${bytes} bytes${bytes > pieces.size ? " or more" : ""}, but their size is ${pieces.size}. Correct the size.`,
      );
  };
  for await (const piece of pieces) {
    bytes += piece.length;
    check(bytes <= pieces.size);
    yield piece;
  }
  check(bytes === pieces.size);
}

/** @throws TypeError unless the content of a file is a Uint8Array */
export function checkBytes(name: string, content: unknown): asserts content is Uint8Array {
  if (!(content instanceof Uint8Array)) throw noBytes(name, "a Uint8Array", content);
}

/** @throws TypeError unless the content of a file is a Uint8Array, or pieces of it */
export function checkContent(name: string, content: unknown): void {
  if (!(content instanceof Uint8Array) && !isPieces(content)) throw noBytes(name, "a Uint8Array or pieces", content);
}

function noBytes(name: string, is: string, content: unknown): TypeError {
  return new TypeError(`${name}: the content must be ${is}, got ${shown(content)}. Use writeFile for a text.`);
}

function isPieces(content: unknown): content is FilePieces {
  return typeof content === "object" && content !== null && Symbol.asyncIterator in content;
}
