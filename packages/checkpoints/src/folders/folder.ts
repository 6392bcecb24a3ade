import { CheckpointError } from "../checkpoint-error.ts";
import type { RandomAccess } from "../random-access.ts";

/** A file's bytes, one piece after another; each is valid until the next is asked for. */
export interface FilePieces extends AsyncIterable<Uint8Array> {
  /** Bytes in all. */
  readonly size: number;
}

/** Where a model's files are: a directory, a web address, memory, or whatever else can give bytes by name. */
export interface Folder {
  /** What to call it in messages: a path or an address. */
  readonly label?: string;
  /** The bytes of a file, or undefined where there is none. Anything else that goes wrong throws. */
  read(name: string): Promise<Uint8Array | undefined>;
  /** Replaces or creates a file, whole or not at all. */
  write?(name: string, bytes: Uint8Array): Promise<void>;
  /** The same of bytes that are never in memory together; without it they are, for `write`. */
  writePieces?(name: string, pieces: FilePieces): Promise<void>;
  /** Removes a file, or does nothing where there is none. */
  remove?(name: string): Promise<void>;
  /** Begins a change of several files that is put in place as one; without it `writeTogether` goes file by file. */
  stage?(entry: string): Promise<StagedFiles>;
  /** Opens a file for ranged reads, or undefined where there is none; without it files are read whole. */
  open?(name: string): Promise<RandomAccess | undefined>;
}

/** Files that are written and removed together, when `commit` is called. Reads see the folder as it was before. */
export interface StagedFiles extends Folder {
  write(name: string, bytes: Uint8Array): Promise<void>;
  remove(name: string): Promise<void>;
  commit(): Promise<void>;
  /** Drops everything that is not committed. */
  discard(): Promise<void>;
}

/**
 * Checks that a file name stays inside its folder: relative, forward slashes, no empty, `.` or `..` part.
 * Throws a CheckpointError otherwise, and returns the name.
 */
export function checkFileName(name: string): string {
  const parts = name.split("/");
  const strange = /[\\:\0]/.test(name) || parts.some((part) => part === "" || part === "." || part === "..");
  if (strange)
    throw new CheckpointError(
      "FOLDER",
      `file name: ${JSON.stringify(name)} may lead out of the folder. Use a plain relative name such as "model.safetensors".`,
    );
  return name;
}
