import { type Folder, httpFolder } from "@bertkit/checkpoints";
import type * as NodeFolders from "@bertkit/checkpoints/node";

/** Kept in a variable so that bundlers for browsers do not follow it. */
const nodeFolders = "@bertkit/checkpoints/node";

/**
 * A folder from what a caller gave: a folder of their own, a web address, or a name, which means a path in Node
 * (or Bun, or Deno) and an address relative to the page in a browser.
 */
export async function folderOf(folder: string | Folder): Promise<Folder> {
  if (typeof folder !== "string") return folder;
  if (/^https?:/.test(folder) || !hasFiles()) return httpFolder(folder);
  const { localFolder } = (await import(/* @vite-ignore */ nodeFolders)) as typeof NodeFolders;
  return localFolder(folder);
}

function hasFiles(): boolean {
  const { process } = globalThis as { process?: { versions?: { node?: string } } };
  return process?.versions?.node !== undefined;
}
