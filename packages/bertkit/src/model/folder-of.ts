import { type Folder, httpFolder } from "@bertkit/checkpoints";
import type * as NodeFolders from "@bertkit/checkpoints/node";
import type { HubFolderOptions } from "@bertkit/checkpoints/node";

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

/**
 * The same for reading a model: in Node, a name that is no directory here but could be a repository's, "owner/name" or
 * "name", means one of the Hugging Face hub.
 */
export async function modelFolder(name: string | Folder, options: HubFolderOptions = {}): Promise<Folder> {
  const repository = typeof name === "string" && /^[A-Za-z0-9][\w.-]*(\/[\w.-]+)?$/.test(name);
  if (!repository || !hasFiles()) return folderOf(name);
  const { hubFolder, localFolder } = (await import(/* @vite-ignore */ nodeFolders)) as typeof NodeFolders;
  const local = localFolder(name);
  return (await local.read("config.json")) === undefined ? hubFolder(name, options) : local;
}

function hasFiles(): boolean {
  const { process } = globalThis as { process?: { versions?: { node?: string } } };
  return process?.versions?.node !== undefined;
}
