import { standIn } from "@bertkit/checks";
import { CheckpointError } from "../checkpoint-error.ts";
import { checkFolder } from "./check-folder.ts";
import type { Folder } from "./folder.ts";
import { openFile } from "./open-file.ts";
import { parseJson } from "./parse-json.ts";
import { isUnfinished } from "./unfinished.ts";

/** Reads a required file. Throws a CheckpointError that names the file and the folder if it does not exist. */
export async function readFile(folder: Folder, name: string): Promise<Uint8Array> {
  checkFolder("readFile", folder);
  const bytes = await folder.read(name);
  if (!bytes) throw new CheckpointError("FOLDER", `readFile: there is no ${name} in ${folder.label ?? "the folder"}.`);
  return bytes;
}

/** Maximum bytes of a text file: a vocabulary of a million pieces has 10 MB. */
const longestText = 1 << 26;

/**
 * Reads a text file as UTF-8; undefined if it does not exist. Throws a CheckpointError if it has more than 64 MiB,
 * before reading it if the folder can open files.
 */
export async function readText(folder: Folder, name: string): Promise<string | undefined> {
  const file = await openFile(folder, name);
  if (!file) return undefined;
  try {
    if (file.size > longestText)
      throw new CheckpointError(
        "FOLDER",
        `readText: ${name} in ${folder.label ?? "the folder"} has ${file.size} bytes; the maximum for a text file is ${longestText}. Is it the right file?`,
      );
    return new TextDecoder().decode(await file.read(0, file.size));
  } finally {
    await file.close?.();
  }
}

/**
 * Reads a JSON object; undefined if the file does not exist. Throws a CheckpointError if the file is not a JSON object,
 * has more than 64 MiB or is nested deeper than 64. Takes memory of up to 45 times the file size.
 */
export async function readJson(folder: Folder, name: string): Promise<Record<string, unknown> | undefined> {
  const text = await readText(folder, name);
  if (text === undefined) return undefined;
  if (isUnfinished(text))
    throw new CheckpointError("FOLDER", `readJson: ${name} in ${folder.label ?? "the folder"}: ${text.trim()}`);
  const instead = standIn(text);
  if (instead !== undefined)
    throw new CheckpointError("FOLDER", `readJson: ${name} in ${folder.label ?? "the folder"} ${instead}.`);
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (cause) {
    const why = cause instanceof Error && /deeper/.test(cause.message) ? `: ${cause.message}` : "";
    throw new CheckpointError("FOLDER", `readJson: ${name} in ${folder.label ?? "the folder"} is not JSON${why}.`, {
      cause,
    });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new CheckpointError("FOLDER", `readJson: ${name} in ${folder.label ?? "the folder"} is not a JSON object.`);
  }
  return value as Record<string, unknown>;
}
