import { type Folder, hasFile, httpFolder, type HubFolderOptions, webHubFolder } from "@bertkit/checkpoints";
import { hubFolder, isHere, localFolder } from "#folders";

/**
 * A folder from what a caller gave: a folder of their own, a web address, or a name, which means a path in Node
 * (or Bun, or Deno) and an address relative to the page in a browser.
 */
export async function folderOf(folder: string | Folder): Promise<Folder> {
  if (typeof folder !== "string") return folder;
  if (/^https?:/.test(folder) || !hasFiles()) return httpFolder(folder);
  return localFolder(folder);
}

/** Every model folder has at least one of these. */
const telling = ["config.json", "bert_config.json", "variables/variables.index"];

/**
 * The same for reading a model: a name with no folder here (in Node), or with no model's folder beside the page, but
 * that could be a repository's, "owner/name" or "name", means one of the Hugging Face hub. Throws where it cannot be
 * told whether there is a folder: another model than the one meant would be loaded.
 */
export async function modelFolder(name: string | Folder, options: HubFolderOptions = {}): Promise<Folder> {
  if (typeof name !== "string" || !/^[A-Za-z0-9][\w.-]*(\/[\w.-]+)?$/.test(name)) return folderOf(name);
  if (!hasFiles()) {
    const near = hasServer() ? await folderOf(name) : undefined;
    return near && (await isModel(near)) ? near : webHubFolder(name, options);
  }
  if (await isHere(name)) return folderOf(name);
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

/** Whether the page, or the worker's program, came from a server, which may have a folder beside it. */
function hasServer(): boolean {
  const { document, location } = globalThis as { document?: { baseURI?: string }; location?: { href?: string } };
  return /^https?:/.test(document?.baseURI ?? location?.href ?? "");
}
