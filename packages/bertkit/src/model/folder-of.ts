import { shown } from "@bertkit/checks";
import {
  CheckpointError,
  type Folder,
  hasFile,
  httpFolder,
  type HubFolderOptions,
  webHubFolder,
} from "@bertkit/checkpoints";
import { hubFolder, localFolder, pathExists } from "#folders";

/**
 * The folder of an argument: a `Folder`, a web address, or a name, which is a path in Node (or Bun, or Deno) and an
 * address relative to the page in a browser.
 */
export async function folderOf(folder: string | Folder): Promise<Folder> {
  if (typeof folder !== "string") {
    checkFolder(folder);
    return folder;
  }
  if (/^https?:/.test(folder) || !hasFiles()) return httpFolder(folder);
  return localFolder(folder);
}

/** A name that could be that of a repository on the Hugging Face hub. */
const repositoryName = /^[A-Za-z0-9][\w.-]*(\/[\w.-]+)?$/;

/** Whether `modelFolder` takes this name, in Node, as that of a repository on the Hugging Face hub. */
export async function isRepository(name: string): Promise<boolean> {
  return repositoryName.test(name) && !(await pathExists(name));
}

/** Every model folder has at least one of these. */
const markers = ["config.json", "bert_config.json", "variables/variables.index"];

/**
 * The same for loading a model: a name without a local folder (in Node), or without a model folder relative to the
 * page, that could be a repository, "owner/name" or "name", means one on the Hugging Face hub. Throws if it is unclear
 * whether a folder exists, rather than load another model.
 *
 * @throws CheckpointError if a path that cannot be the name of a repository does not exist
 */
export async function modelFolder(name: string | Folder, options: HubFolderOptions = {}): Promise<Folder> {
  if (typeof name !== "string" || /^https?:/.test(name)) return folderOf(name);
  if (!repositoryName.test(name)) {
    if (hasFiles() && !(await pathExists(name)))
      throw new CheckpointError(
        "FOLDER",
        name.startsWith("file:")
          ? `there is no folder ${name}: it is an address, not a path. Pass fileURLToPath(address) of node:url.`
          : `there is no folder ${name}. Name a folder, or a repository of the Hugging Face hub such as google-bert/bert-base-uncased.`,
      );
    return folderOf(name);
  }
  if (!hasFiles()) {
    const near = hasServer() ? await folderOf(name) : undefined;
    return near && (await isModel(near)) ? near : webHubFolder(name, options);
  }
  return (await isRepository(name)) ? insteadOfFolder(name, hubFolder(name, options)) : folderOf(name);
}

/** A repository, whose first error also says that there is no local folder: the name may be a misspelled path. */
function insteadOfFolder(name: string, repository: Folder): Folder {
  let exists = false;
  const explained = async <T>(reading: Promise<T>): Promise<T> => {
    try {
      const found = await reading;
      exists = true;
      return found;
    } catch (error) {
      if (exists || !CheckpointError.isInstance(error)) throw error;
      throw new CheckpointError(error.code, `there is no folder ${name}; ${error.message}`, { cause: error });
    }
  };
  return {
    ...repository,
    read: (file) => explained(repository.read(file)),
    ...(repository.open && { open: (file: string) => explained(repository.open!(file)) }),
  };
}

async function isModel(folder: Folder): Promise<boolean> {
  for (const file of markers) if (await hasFile(folder, file)) return true;
  return false;
}

function hasFiles(): boolean {
  const { process } = globalThis as { process?: { versions?: { node?: string } } };
  return process?.versions?.node !== undefined;
}

/** Whether the page or worker came from a server, which may have model folders. */
function hasServer(): boolean {
  const { document, location } = globalThis as { document?: { baseURI?: string }; location?: { href?: string } };
  return /^https?:/.test(document?.baseURI ?? location?.href ?? "");
}

function checkFolder(folder: unknown): void {
  if (typeof (folder as Partial<Folder> | null | undefined)?.read !== "function")
    throw new TypeError(
      `folder: must be a path, an address, a repository of the hub or a Folder, got ${shown(folder)}. ${folder instanceof URL ? "Pass its href, or for a file fileURLToPath(url) of node:url" : "Pass one of these"}.`,
    );
}
