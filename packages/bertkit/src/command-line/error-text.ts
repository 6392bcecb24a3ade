import { messageOf } from "@bertkit/checks";
import { DatasetError } from "@bertkit/datasets";

/** What the system's error codes mean for a path. */
const systemReasons: Readonly<Record<string, string>> = {
  EEXIST: "is a file, not a folder. Choose another name.",
  ENOTDIR: "is below a file, which is not a folder. Choose another name.",
  EISDIR: "is a folder, not a file. Name a file.",
  EACCES: "cannot be opened: permission is denied.",
  EPERM: "cannot be opened: permission is denied.",
  EROFS: "cannot be written: the file system is read-only. Choose another folder.",
  ENOSPC: "cannot be written: the disk is full. Free some space.",
};

/** The message if standard output cannot be written. */
export function outputErrorText({ code, message }: NodeJS.ErrnoException): string {
  return `standard output ${code === "ENOSPC" ? systemReasons[code] : `cannot be written: ${message}`}`;
}

/** The message for a missing file. */
export function noFile(file: string): string {
  return `there is no file ${JSON.stringify(file)}. Check the path`;
}

/**
 * The message of an error for a user of the command line, without advice that only applies to programs. Missing files have
 * a shorter message: an operand is always a path, never the text itself.
 */
export function errorText(error: unknown): { readonly text: string; readonly isMissingFile: boolean } {
  const { code } = ((error as { cause?: unknown } | undefined)?.cause ?? {}) as { code?: unknown };
  if (DatasetError.isInstance(error) && (code === "ENOENT" || code === "ENAMETOOLONG")) {
    const file = JSON.stringify(error.file);
    const text =
      code === "ENOENT"
        ? noFile(error.file!)
        : `this is too long for a path: ${file}. Give the path of a file with the text`;
    return { text, isMissingFile: true };
  }
  const { code: ownCode, path } = (error ?? {}) as { code?: unknown; path?: unknown };
  // Node reports a read-only file system as ENOENT when it creates a folder and its parents.
  if (ownCode === "ENOENT" && typeof path === "string" && (error as NodeJS.ErrnoException).syscall === "mkdir")
    return {
      text: `${path} cannot be created, as on a read-only file system. Choose another folder.`,
      isMissingFile: false,
    };
  if (ownCode === "ENOENT" && typeof path === "string")
    return { text: `there is no file or folder ${JSON.stringify(path)}. Check the path`, isMissingFile: true };
  const reason = typeof ownCode === "string" && typeof path === "string" ? systemReasons[ownCode] : undefined;
  if (reason !== undefined) {
    const { dest } = error as { dest?: unknown };
    return { text: `${typeof dest === "string" ? dest : path} ${reason}`, isMissingFile: false };
  }
  if (ownCode === "ENOSPC") return { text: `a file ${systemReasons[ownCode]}`, isMissingFile: false };
  const message = messageOf(error);
  const text = message
    .replace(/[,;] or skip such(?: \w+)? with onBadRow\./, ".")
    .replace(/\(fresh\)\.$/, "(--fresh).")
    .replace(
      /, or (?:pass such a part|train a (?:SequenceClassifier|QuestionAnswerer))\.$/,
      ", or train one with bertkit finetune.",
    )
    .replace(/Pass \{ encoding: "([\w-]+)" \}/, (_, encoding: string) => `Give --encoding ${encoding}`)
    .replace(/pass \{ separator: (".+?") \} to readCsv/, (_, separator: string) => `give --separator ${separator}`);
  return { text, isMissingFile: false };
}
