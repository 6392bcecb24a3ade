import { checkOptions, checkText } from "@bertkit/checks";
import { CheckpointError } from "../checkpoint-error.ts";
import { checkFileName, type Folder } from "../folders/folder.ts";
import { localFolder } from "../folders/local-folder.ts";
import { defaultAttempts } from "../http/retries.ts";
import { hubFolderRules } from "../option-rules.ts";
import { inCache } from "./cache-error.ts";
import { fetchToCache } from "./fetch-to-cache.ts";
import { type CachePlace, HubCache } from "./hub-cache.ts";
import { describeHubFile, type HubFile, type NoHubFile } from "./hub-file.ts";
import { checkRepository, type HubFolderOptions, type HubSettings } from "./hub-options.ts";
import { NoSuchRevision } from "./hub-errors.ts";
import { hubRequest, type HubRequest } from "./hub-request.ts";
import { hubSettings } from "./hub-settings.ts";

interface Opened {
  readonly settings: HubSettings;
  readonly request: HubRequest;
  readonly cache: HubCache;
}

interface Pinned {
  readonly commit: string;
  /** The description, from the same response as the commit, of the file that was requested. */
  readonly answer?: (HubFile | NoHubFile) & { readonly name: string };
}

/**
 * A model repository of the Hugging Face hub as a read-only folder. Files are downloaded on first read, into the cache
 * of Hugging Face's libraries (blobs, refs, snapshots, .no_exist), which processes share. If offline, or if the hub
 * does not respond, the cached files of the revision are used; a file that the cache does not know is then an error,
 * because the hub may have it. If everything is cached, loading makes one request, for the commit of the revision, and
 * none if the revision is a commit hash or in offline mode.
 *
 * @param repository "owner/name", such as "google-bert/bert-base-uncased"
 * @throws CheckpointError if the repository or revision does not exist, is private or cannot be reached, if a file is
 *   damaged, or if the cache cannot be written
 */
export function hubFolder(repository: string, given: HubFolderOptions = {}): Folder {
  checkText("hubFolder", "repository", repository, 'Pass "owner/name".');
  checkOptions("hubFolder", given, hubFolderRules);
  const { revision = "main", ...options } = given;
  checkRepository("hubFolder", repository, revision);
  const label = `${repository} at ${revision} on the hub`;
  const { signal, onProgress } = options;
  let opened: Promise<Opened> | undefined;
  let pinned: Promise<Pinned> | undefined;

  async function open(): Promise<Opened> {
    const settings = await hubSettings(options, process.env);
    const request = hubRequest("hubFolder", { ...settings, repository, revision, signal });
    return { settings, request, cache: new HubCache(settings.cache, repository) };
  }

  /** The commit of the revision: all files come from the commit of the first response. */
  async function pin(name: string): Promise<Pinned> {
    const { settings, request, cache } = await (opened ??= open());
    const known = await inCache(settings.cache, `refs/${revision}`, "read", () => cache.ref(revision));
    if (known === revision) return { commit: known };
    if (settings.offline) {
      if (known !== undefined) return { commit: known };
      throw new CheckpointError(
        "FOLDER",
        `hubFolder: ${repository} at ${revision} is not in the cache (${cache.root}), and offline mode is on (HF_HUB_OFFLINE). Load it once online.`,
      );
    }
    const cached =
      known !== undefined && (await inCache(settings.cache, name, "read", () => cache.find(known, name, signal)));
    try {
      const answer = await describeHubFile({ ...request, attempts: cached ? 1 : defaultAttempts }, name);
      await cache.setRef(revision, answer.commit);
      return { commit: answer.commit, answer: { name, ...answer } };
    } catch (error) {
      signal?.throwIfAborted();
      if (!cached || error instanceof NoSuchRevision) throw error;
      return { commit: known };
    }
  }

  /** The place of the file, after downloading it if needed; undefined if it does not exist. */
  async function placeOf(name: string): Promise<CachePlace | undefined> {
    checkFileName(name);
    const { settings, request, cache } = await (opened ??= open().catch(forgetting(() => (opened = undefined))));
    const { commit, answer } = await (pinned ??= pin(name).catch(forgetting(() => (pinned = undefined))));
    const snapshot = cache.snapshot(commit);
    const cached = await inCache(settings.cache, name, "read", () => cache.find(commit, name, signal));
    if (cached?.state === "missing") return undefined;
    if (cached?.state === "intact") return { directory: snapshot, name };
    if (settings.offline) throw unknown(name, snapshot, cached?.problem);
    const file =
      answer?.name === name
        ? answer
        : await describeHubFile({ ...request, revision: commit }, name).catch((error: unknown) => {
            throw cached === undefined ? error : alsoDamaged(error, name, snapshot, cached.problem);
          });
    if (file.etag === undefined) {
      await cache.setMissing(commit, name);
      return undefined;
    }
    const download = { name, headers: request.headers, signal, timeout: settings.downloadTimeout, onProgress };
    return inCache(settings.cache, name, "write", () => fetchToCache(cache, file, download));
  }

  function unknown(name: string, snapshot: string, problem: string | undefined): CheckpointError {
    const what =
      problem === undefined ? "is not in the cache, and may exist on the hub" : `is damaged in the cache: ${problem}`;
    return new CheckpointError(
      "FOLDER",
      `hubFolder: ${name} of ${repository} at ${revision} ${what}; offline mode is on (HF_HUB_OFFLINE). Load it once online, or pass the folder ${snapshot} if it is complete.`,
    );
  }

  async function read<T>(
    name: string,
    take: (folder: Folder, name: string) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    const place = await placeOf(name).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw error;
    });
    if (place === undefined) return undefined;
    const found = await take(localFolder(place.directory), place.name);
    if (found !== undefined) return found;
    throw new CheckpointError(
      "FOLDER",
      `hubFolder: ${name} vanished from the cache (${place.directory}). Load it again.`,
    );
  }

  return {
    label,
    read: (name) => read(name, (folder, file) => folder.read(file)),
    open: (name) => read(name, (folder, file) => folder.open!(file)),
  };
}

/** The error if the hub fails and the file in the cache is damaged. */
function alsoDamaged(error: unknown, name: string, snapshot: string, problem = ""): unknown {
  if (!CheckpointError.isInstance(error)) return error;
  return new CheckpointError("FOLDER", `${error.message} In the cache (${snapshot}) ${name} is damaged: ${problem}.`, {
    cause: error,
  });
}

/** For a cached promise: drops a rejected one, so that the next call tries again. */
function forgetting(forget: () => void): (error: unknown) => never {
  return (error) => {
    forget();
    throw error;
  };
}
