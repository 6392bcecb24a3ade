import { bytesSource, type RandomAccess } from "../random-access.ts";
import type { Folder } from "./folder.ts";

/** Opens a file for ranged reads, in memory where the folder cannot; undefined where there is none. */
export async function openFile(folder: Folder, name: string): Promise<RandomAccess | undefined> {
  if (folder.open) return folder.open(name);
  const bytes = await folder.read(name);
  return bytes && bytesSource(bytes, `${name} in ${folder.label ?? "the folder"}`);
}

/** Whether a folder has a file; where it cannot open files, reading one is the only way to know. */
export async function hasFile(folder: Folder, name: string): Promise<boolean> {
  const file = await openFile(folder, name);
  await file?.close?.();
  return file !== undefined;
}
