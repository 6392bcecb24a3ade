import { checkText } from "@bertkit/checks";
import { CheckpointError } from "../checkpoint-error.ts";
import type { RandomAccess } from "../random-access.ts";

/** The bytes of a file in pieces. Each piece is valid until the next one is requested. */
export interface FilePieces extends AsyncIterable<Uint8Array> {
  /** Total number of bytes. */
  readonly size: number;
}

/** A place for model files: a directory, a web address, memory, or any other source of bytes by name. */
export interface Folder {
  /** Its name in messages: a path or an address. */
  readonly label?: string;
  /** The bytes of a file, or undefined if it does not exist. Throws on any other failure. */
  read(name: string): Promise<Uint8Array | undefined>;
  /** Atomically replaces or creates a file. */
  write?(name: string, bytes: Uint8Array): Promise<void>;
  /** As `write`, without the whole file in memory. Without it the pieces are joined for `write`. */
  writePieces?(name: string, pieces: FilePieces): Promise<void>;
  /** Removes a file if it exists. */
  remove?(name: string): Promise<void>;
  /** Starts a change of several files that is committed as a unit. Without it `writeTogether` writes file by file. */
  stage?(entry: string): Promise<StagedFiles>;
  /** Opens a file for ranged reads; undefined if it does not exist. Without it files are read whole. */
  open?(name: string): Promise<RandomAccess | undefined>;
}

/** Writes and removals that take effect together on `commit`. Reads see the folder before the change. */
export interface StagedFiles extends Folder {
  write(name: string, bytes: Uint8Array): Promise<void>;
  remove(name: string): Promise<void>;
  commit(): Promise<void>;
  /** Discards all changes that are not committed. */
  discard(): Promise<void>;
}

/**
 * Checks that a file name stays inside its folder: relative, with forward slashes, without an empty, `.` or `..` part.
 * Returns the name, or throws a CheckpointError.
 */
export function checkFileName(name: string): string {
  checkText("file name", "it", name, 'Pass a name such as "model.safetensors".');
  const parts = name.split("/");
  const strange = /[\\:\0]/.test(name) || parts.some((part) => part === "" || part === "." || part === "..");
  if (strange)
    throw new CheckpointError(
      "FOLDER",
      `file name: ${JSON.stringify(name)} may be outside the folder. Use a plain relative name such as "model.safetensors".`,
    );
  return name;
}
