import { CheckpointError } from "../checkpoint-error.ts";

/** Whether a file system error means that the file does not exist. */
export function isAbsence(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR"].includes(codeOf(error) ?? "");
}

/** The code of a system error, such as "EACCES". */
export function codeOf(error: unknown): string | undefined {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === "string" ? code : undefined;
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "operation not permitted",
  EISDIR: "it is a directory",
  ELOOP: "its links form a loop",
  EIO: "the disk failed",
  EMFILE: "this process has too many files open",
};

/** The error for a file that exists, or may exist, but cannot be read. It must not be treated as missing. */
export function unreadable(path: string, cause: unknown): CheckpointError {
  const code = codeOf(cause);
  const reason = (code !== undefined && reasons[code]) ?? "";
  const detail = cause instanceof Error && code === undefined ? cause.message : code;
  return new CheckpointError("FOLDER", `localFolder: ${path} cannot be read: ${reason || "an error"} (${detail}).`, {
    cause,
  });
}
