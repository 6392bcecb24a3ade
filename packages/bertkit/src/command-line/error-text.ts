import { messageOf } from "@bertkit/checks";
import { DatasetError } from "@bertkit/datasets";

/**
 * The message of an error for a user of the command line, without advice that only applies to programs. Missing files have
 * a shorter message: an operand is always a path, never the text itself.
 */
export function errorText(error: unknown): { readonly text: string; readonly isMissingFile: boolean } {
  const { code } = ((error as { cause?: unknown } | undefined)?.cause ?? {}) as { code?: unknown };
  if (DatasetError.isInstance(error) && (code === "ENOENT" || code === "ENAMETOOLONG")) {
    const what = code === "ENOENT" ? "there is no file" : "this is too long for a path:";
    return { text: `${what} ${JSON.stringify(error.file)}`, isMissingFile: true };
  }
  const { code: ownCode, path } = (error ?? {}) as { code?: unknown; path?: unknown };
  if (ownCode === "ENOENT" && typeof path === "string")
    return { text: `there is no file or folder ${JSON.stringify(path)}`, isMissingFile: true };
  const message = messageOf(error);
  const text = message
    .replace(/[,;] or skip such(?: \w+)? with onBadRow\./, ".")
    .replace(/\(fresh\)\.$/, "(--fresh).")
    .replace('Pass { encoding: "windows-1252" } or', "Give --encoding windows-1252 or")
    .replace(/pass \{ separator: (".+?") \} to readCsv/, (_, separator: string) => `give --separator ${separator}`);
  return { text, isMissingFile: false };
}
