import { CheckpointError } from "../checkpoint-error.ts";

/** Whether a file system's error says that there is no such file, and nothing else. */
export function isAbsence(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR"].includes(codeOf(error) ?? "");
}

/** The system's name of an error, such as "EACCES". */
export function codeOf(error: unknown): string | undefined {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === "string" ? code : undefined;
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "its permissions forbid it",
  EPERM: "the system forbids it",
  EISDIR: "it is a directory",
  ELOOP: "its links lead in a circle",
  EIO: "the disk fails",
  EMFILE: "this process has too many files open",
};

/** A file that is there, or may be, and cannot be read: never to be taken for one that is not there. */
export function unreadable(path: string, cause: unknown): CheckpointError {
  const code = codeOf(cause);
  const reason = (code !== undefined && reasons[code]) ?? "";
  const detail = cause instanceof Error && code === undefined ? cause.message : code;
  return new CheckpointError("FOLDER", `localFolder: ${path} cannot be read: ${reason || "an error"} (${detail}).`, {
    cause,
  });
}
