import { CheckpointError } from "../checkpoint-error.ts";
import type { Folder } from "./folder.ts";
import { isUnfinished } from "./unfinished.ts";

/** Reads a file that must be there. Throws a CheckpointError that names the file and the folder. */
export async function readFile(folder: Folder, name: string): Promise<Uint8Array> {
  const bytes = await folder.read(name);
  if (!bytes) throw new CheckpointError("FOLDER", `readFile: there is no ${name} in ${folder.label ?? "the folder"}.`);
  return bytes;
}

/** Reads a text file as UTF-8, or undefined where there is none. */
export async function readText(folder: Folder, name: string): Promise<string | undefined> {
  const bytes = await folder.read(name);
  return bytes && new TextDecoder().decode(bytes);
}

/** Reads a JSON object, or undefined where there is none. Throws a CheckpointError for anything else in the file. */
export async function readJson(folder: Folder, name: string): Promise<Record<string, unknown> | undefined> {
  const text = await readText(folder, name);
  if (text === undefined) return undefined;
  if (isUnfinished(text))
    throw new CheckpointError("FOLDER", `readJson: ${name} in ${folder.label ?? "the folder"}: ${text.trim()}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new CheckpointError("FOLDER", `readJson: ${name} in ${folder.label ?? "the folder"} is not JSON.`, { cause });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new CheckpointError("FOLDER", `readJson: ${name} in ${folder.label ?? "the folder"} is not a JSON object.`);
  }
  return value as Record<string, unknown>;
}
