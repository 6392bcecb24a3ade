import { type Folder, hasFile, httpFolder, type HubFolderOptions, webHubFolder } from "@bertkit/checkpoints";
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

/** Files of which every model's folder has one. */
const telling = ["config.json", "bert_config.json", "variables/variables.index"];

/**
 * The same for reading a model: a name with no model's folder here (in Node), or beside the page, but that could be a
 * repository's, "owner/name" or "name", means one of the Hugging Face hub.
 */
export async function modelFolder(name: string | Folder, options: HubFolderOptions = {}): Promise<Folder> {
  const near = await folderOf(name);
  if (typeof name !== "string" || !/^[A-Za-z0-9][\w.-]*(\/[\w.-]+)?$/.test(name)) return near;
  if (!hasFiles()) return (await isModel(near).catch(() => false)) ? near : webHubFolder(name, options);
  if (await isModel(near)) return near;
  const { hubFolder } = (await import(/* @vite-ignore */ nodeFolders)) as typeof NodeFolders;
  return hubFolder(name, options);
}

async function isModel(folder: Folder): Promise<boolean> {
  for (const file of telling) if (await hasFile(folder, file)) return true;
  return false;
}

function hasFiles(): boolean {
  const { process } = globalThis as { process?: { versions?: { node?: string } } };
  return process?.versions?.node !== undefined;
}
