import { CheckpointError } from "../checkpoint-error.ts";
import { checkFileName } from "../folders/folder.ts";

/** The progress of a download. */
export interface DownloadProgress {
  readonly file: string;
  /** Bytes on disk. */
  readonly loaded: number;
  /** Total bytes, if known. */
  readonly total: number | undefined;
}

/**
 * The address of the hub and the cache of its files. In Node the defaults are Hugging Face's environment variables.
 */
export interface HubSettings {
  /**
   * Address of the hub or a mirror. Default `HF_ENDPOINT`, else https://huggingface.co. A user name and password in it
   * replace the token.
   */
  readonly endpoint: string;
  /**
   * Cache folder. Default `HF_HUB_CACHE` (or the older `HUGGINGFACE_HUB_CACHE`), else `HF_HOME`/hub, else ~/.cache/huggingface/hub. In a page the name of a
   * cache, default "bertkit".
   */
  readonly cache: string;
  /**
   * Default `HF_TOKEN` (or the older `HUGGING_FACE_HUB_TOKEN`), else the token stored by `huggingface-cli login`; none if
   * `HF_HUB_DISABLE_IMPLICIT_TOKEN` is 1, true, yes or on. Only sent to the endpoint's scheme, host and port.
   */
  readonly token: string | undefined;
  /** Make no requests. Default: whether `HF_HUB_OFFLINE` is 1, true, yes or on. */
  readonly offline: boolean;
  /** Seconds to wait for the description of a file. Default `HF_HUB_ETAG_TIMEOUT`, else 10. */
  readonly etagTimeout: number;
  /** Seconds without a byte after which a download is retried. Default `HF_HUB_DOWNLOAD_TIMEOUT`, else 10. */
  readonly downloadTimeout: number;
}

export interface HubFolderOptions extends Partial<HubSettings> {
  /** A branch, a tag, or a 40-digit commit hash, which pins the files. Default "main". */
  readonly revision?: string;
  /** Called as bytes arrive. */
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Aborts pending downloads. In Node the bytes received are kept, and the next download resumes. */
  readonly signal?: AbortSignal;
}

export const commitPattern: RegExp = /^[0-9a-f]{40}$/;
export const defaultTimeout = 10;

/** Throws a CheckpointError, prefixed by `where`, unless these can be a repository and a revision. */
export function checkRepository(where: string, repository: string, revision: string): void {
  if (!/^[\w.-]+(\/[\w.-]+)?$/.test(repository) || /(^|\/)\.\.?(\/|$)|--/.test(repository) || repository.length > 200)
    throw new CheckpointError("FOLDER", `${where}: ${JSON.stringify(repository.slice(0, 200))} is not "owner/name".`);
  checkFileName(revision);
}

/** The token without the line break that a file or variable often ends with. Throws if it is invalid. */
export function cleanToken(token: string | undefined): string | undefined {
  const clean = token?.trim() || undefined;
  if (clean === undefined || /^[\x21-\x7e]+$/.test(clean)) return clean;
  throw new CheckpointError(
    "FOLDER",
    "hub: the token has an invalid character, such as a space or a line break. Check HF_TOKEN, or the option.",
  );
}
