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
  /** `HF_ENDPOINT`, else https://huggingface.co; a mirror's address. A name and password in it are sent instead of the token. */
  endpoint: string;
  /** `HF_HUB_CACHE`, else `HF_HOME`/hub, else ~/.cache/huggingface/hub; in a page the name of a cache, "bertkit" */
  cache: string;
  /** `HF_TOKEN`, else the token that `huggingface-cli login` stored; it goes to the endpoint's scheme, host and port alone */
  token: string | undefined;
  /** `HF_HUB_OFFLINE` is 1, true, yes or on: nothing is fetched */
  offline: boolean;
  /** `HF_HUB_ETAG_TIMEOUT`, else 10: seconds to wait for what the hub says of a file */
  etagTimeout: number;
  /** `HF_HUB_DOWNLOAD_TIMEOUT`, else 10: seconds without a byte after which a download's connection is given up */
  downloadTimeout: number;
}

export interface HubFolderOptions extends Partial<HubSettings> {
  /** A branch, a tag, or a commit's 40 digits, which pins the files. Default "main". */
  revision?: string;
  /** Called as bytes come in. */
  onProgress?: (progress: DownloadProgress) => void;
  /** Ends downloads under way; in Node what came is kept and the next download resumes from it. */
  signal?: AbortSignal;
}

export const commitPattern: RegExp = /^[0-9a-f]{40}$/;
export const defaultTimeout = 10;

/** Throws a CheckpointError in the name of `where` unless these can be a repository and a revision. */
export function checkRepository(where: string, repository: string, revision: string): void {
  if (!/^[\w.-]+(\/[\w.-]+)?$/.test(repository) || /(^|\/)\.\.?(\/|$)|--/.test(repository) || repository.length > 200)
    throw new CheckpointError("FOLDER", `${where}: ${JSON.stringify(repository.slice(0, 200))} is not "owner/name".`);
  checkFileName(revision);
}

/** The token as it is sent: without the line end that a file or a variable often has. Throws where it cannot be one. */
export function cleanToken(token: string | undefined): string | undefined {
  const clean = token?.trim() || undefined;
  if (clean === undefined || /^[\x21-\x7e]+$/.test(clean)) return clean;
  throw new CheckpointError(
    "FOLDER",
    "hub: the token has a character that no token has, such as a space or a line end. Check HF_TOKEN, or the option.",
  );
}
