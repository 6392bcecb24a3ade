import { CheckpointError } from "../checkpoint-error.ts";
import { checkFileName } from "../folders/folder.ts";

/** How far a file has come. */
export interface DownloadProgress {
  readonly file: string;
  /** Bytes on disk. */
  readonly loaded: number;
  /** Bytes in all, where the hub says. */
  readonly total: number | undefined;
}

/**
 * Where the hub is and where its files are kept; in Node everything has a default in Hugging Face's
 * environment variables.
 */
export interface HubSettings {
  /** `HF_ENDPOINT`, else https://huggingface.co; a mirror's address */
  endpoint: string;
  /** `HF_HUB_CACHE`, else `HF_HOME`/hub, else ~/.cache/huggingface/hub; in a page the name of a cache, "bertkit" */
  cache: string;
  /** `HF_TOKEN`, else the token that `huggingface-cli login` stored */
  token: string | undefined;
  /** `HF_HUB_OFFLINE` is 1, true, yes or on: nothing is fetched */
  offline: boolean;
}

export interface HubFolderOptions extends Partial<HubSettings> {
  /** A branch, a tag, or a commit's 40 digits, which pins the files. Default "main". */
  revision?: string;
  /** Called as bytes come in. */
  onProgress?: (progress: DownloadProgress) => void;
  /** Ends downloads under way; in Node what came is kept and gone on from. */
  signal?: AbortSignal;
}

export const commitPattern: RegExp = /^[0-9a-f]{40}$/;

/** Throws a CheckpointError in the name of `where` unless these can be a repository and a revision. */
export function checkRepository(where: string, repository: string, revision: string): void {
  if (!/^[\w.-]+(\/[\w.-]+)?$/.test(repository) || /(^|\/)\.\.?(\/|$)/.test(repository))
    throw new CheckpointError("FOLDER", `${where}: ${JSON.stringify(repository)} is not "owner/name".`);
  checkFileName(revision);
}
