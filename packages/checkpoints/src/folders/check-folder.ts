import { shown } from "@bertkit/checks";
import type { Folder } from "./folder.ts";

/** @throws TypeError unless a value is a folder, which has a function `read` */
export function checkFolder(where: string, folder: Folder): void {
  if (typeof (folder as Partial<Folder> | null | undefined)?.read !== "function")
    throw new TypeError(
      `${where}: the folder must be a Folder, got ${shown(folder)}. Pass localFolder(path), httpFolder(address) or memoryFolder().`,
    );
}
