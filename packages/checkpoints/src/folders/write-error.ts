import { CheckpointError } from "../checkpoint-error.ts";

/** Meaning of the system's error codes, and the fix. */
const causes: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full. Free some space",
  EDQUOT: "the disk quota is used up. Free some space",
  EFBIG: "the file would grow beyond the limit for this process. Raise `ulimit -f`",
  EROFS: "the file system is read-only. Choose another folder",
  EACCES: "permission is denied. Make the folder yours, or choose another",
  EPERM: "permission is denied. Make the folder yours, or choose another",
  ENOENT: "its folder is gone. Create it again",
  ENOTDIR: "part of its path is not a folder. Choose another folder",
  EISDIR: "a folder has that name. Move it away",
  ENOTEMPTY: "a folder has that name. Move it away",
  EEXIST: "that name is taken. Move it away",
  EIO: "the device failed. Choose another folder",
  EMFILE: "too many files are open. Raise `ulimit -n`",
};

/** A CheckpointError with the reason and the fix for a failed write; other errors are returned unchanged. */
export function writeError(path: string, cause: unknown): unknown {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  if (CheckpointError.isInstance(cause) || typeof code !== "string" || !(cause instanceof Error)) return cause;
  const reason = Object.hasOwn(causes, code) ? `${causes[code]!} (${code}).` : `${cause.message}.`;
  return new CheckpointError("FOLDER", `${path} cannot be written: ${reason}`, { cause });
}
