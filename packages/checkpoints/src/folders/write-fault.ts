import { CheckpointError } from "../checkpoint-error.ts";

/** What the system's codes mean, and what to do. */
const causes: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full. Free some space",
  EDQUOT: "the disk quota is used up. Free some space",
  EFBIG: "the file would grow beyond the limit for this process. Raise `ulimit -f`",
  EROFS: "the file system is read-only. Choose another folder",
  EACCES: "permission is denied. Make the folder yours, or choose another",
  EPERM: "permission is denied. Make the folder yours, or choose another",
  ENOENT: "its folder is gone. Make it again",
  ENOTDIR: "part of its path is not a folder. Choose another folder",
  EISDIR: "there is a folder of that name. Move it away",
  ENOTEMPTY: "there is a folder of that name. Move it away",
  EEXIST: "something of that name is in the way. Move it away",
  EIO: "the device failed. Choose another folder",
  EMFILE: "too many files are open. Raise `ulimit -n`",
};

/** A CheckpointError that says why a file could not be written and what to do; other errors stay as they are. */
export function writeFault(path: string, cause: unknown): unknown {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  if (CheckpointError.isInstance(cause) || typeof code !== "string" || !(cause instanceof Error)) return cause;
  const reason = Object.hasOwn(causes, code) ? `${causes[code]!} (${code}).` : `${cause.message}.`;
  return new CheckpointError("FOLDER", `${path} cannot be written: ${reason}`, { cause });
}
