import { bytesSource, type RandomAccess } from "../random-access.ts";
import { checkFolder } from "./check-folder.ts";
import type { Folder } from "./folder.ts";

/** Opens a file for ranged reads, in memory if the folder cannot; undefined if it does not exist. */
export async function openFile(folder: Folder, name: string): Promise<RandomAccess | undefined> {
  checkFolder("openFile", folder);
  if (folder.open) return folder.open(name);
  const bytes = await folder.read(name);
  return bytes && bytesSource(bytes, `${name} in ${folder.label ?? "the folder"}`);
}

/** Whether a folder has a file. If the folder cannot open files, the whole file is read. */
export async function hasFile(folder: Folder, name: string): Promise<boolean> {
  const file = await openFile(folder, name);
  await file?.close?.();
  return file !== undefined;
}
