import { checkOptions, checkText } from "@bertkit/checks";
import { CheckpointError } from "../checkpoint-error.ts";
import { blobSource } from "../folders/blob-source.ts";
import { checkFileName, type Folder } from "../folders/folder.ts";
import { downloadBlob } from "../http/download-blob.ts";
import { request as ask } from "../http/request.ts";
import { defaultAttempts, transientAnswer, withRetries } from "../http/retries.ts";
import { timeLimit } from "../http/time-limit.ts";
import { shownAddress } from "../http/web-address.ts";
import { hubFolderRules } from "../option-rules.ts";
import { commonFiles, hubUrl, isNoSuchFile } from "./hub-file.ts";
import { checkRepository, commitPattern, defaultTimeout, type HubFolderOptions } from "./hub-options.ts";
import { NoSuchRevision, responseError, unreachable } from "./hub-errors.ts";
import { hubRequest, type HubRequest } from "./hub-request.ts";
import { webBlobProblem } from "./web-blob-problem.ts";

/**
 * A model repository of the Hugging Face hub as a read-only folder, for web pages. Files are downloaded on first read
 * and kept by commit in the page's Cache Storage, if available. If offline, or if the hub does not respond, the cached
 * files of the revision are used; a file that the cache does not know is then an error, because the hub may have it. In
 * Node use `hubFolder` of "@bertkit/checkpoints/node".
 *
 * @param repository "owner/name", such as "google-bert/bert-base-uncased"
 * @param options `cache` is the name of the page's cache, default "bertkit"; environment variables are not used
 * @throws CheckpointError if the repository or revision does not exist, is private or cannot be reached, if a file is
 *   larger than declared, or if a small one is damaged
 */
export function webHubFolder(repository: string, given: HubFolderOptions = {}): Folder {
  checkText("webHubFolder", "repository", repository, 'Pass "owner/name".');
  checkOptions("webHubFolder", given, hubFolderRules);
  const { revision = "main", endpoint = "https://huggingface.co", ...options } = given;
  checkRepository("webHubFolder", repository, revision);
  const { token, signal, onProgress, cache: cacheName = "bertkit", offline = false } = options;
  const { etagTimeout = defaultTimeout, downloadTimeout = defaultTimeout } = options;
  const asked = { endpoint, repository, revision, token, signal, etagTimeout, downloadTimeout };
  const request = hubRequest("webHubFolder", asked);
  const label = `${repository} at ${revision} on the hub`;
  let opened: Promise<Pinned> | undefined;

  async function pin(): Promise<Pinned> {
    const cache = await openCache(cacheName);
    const commit = await commitOf(request, cache, offline);
    return { cache, pinned: { ...request, revision: commit } };
  }

  async function blobOf(name: string): Promise<Blob | undefined> {
    checkFileName(name);
    const { cache, pinned } = await (opened ??= pin().catch((error: unknown) => {
      opened = undefined;
      throw error;
    }));
    const url = hubUrl(pinned, name);
    const known = await cache?.match(url.href);
    if (known) return known.ok ? known.blob() : undefined;
    if (offline)
      throw new CheckpointError(
        "FOLDER",
        `webHubFolder: ${name} of ${repository} at ${revision} is not in the page's cache, may exist on the hub, and offline mode is on. Load it once online.`,
      );
    const downloaded = await downloadBlob(url, {
      where: "hub",
      headers: request.headers,
      signal,
      timeout: downloadTimeout,
      immutable: true,
      onProgress: onProgress && ((loaded, total) => onProgress({ file: name, loaded, total })),
      errorOf: (response) => (isNoSuchFile(response) ? undefined : responseError(pinned, name, response)),
    });
    const problem = downloaded && (await webBlobProblem(downloaded));
    if (problem !== undefined)
      throw new CheckpointError("FOLDER", `hub: ${shownAddress(url)} is damaged: ${problem}. Load it again.`);
    // The files of a commit never change, so a missing one is cached too.
    await store(cache, url.href, downloaded ? new Response(downloaded.blob) : new Response(null, { status: 404 }));
    return downloaded?.blob;
  }

  return {
    label,
    async read(name) {
      const blob = await blobOf(name);
      return blob && new Uint8Array(await blob.arrayBuffer());
    },
    async open(name) {
      const blob = await blobOf(name);
      return blob && blobSource(blob, `${name} in ${label}`);
    },
  };
}

interface Pinned {
  readonly cache: Cache | undefined;
  /** The request with the commit as the revision. */
  readonly pinned: HubRequest;
}

/** The commit of a revision; the last known one if offline or if the hub does not respond. */
async function commitOf(request: HubRequest, cache: Cache | undefined, offline: boolean): Promise<string> {
  const { repository, revision, signal } = request;
  if (commitPattern.test(revision)) return revision;
  const key = hubUrl(request, "refs").href.replace("/resolve/", "/refs/");
  const remembered = await (await cache?.match(key))?.text();
  if (offline) {
    if (remembered !== undefined) return remembered;
    throw new CheckpointError(
      "FOLDER",
      `webHubFolder: ${repository} at ${revision} is not in the page's cache, and offline mode is on. Load it once online.`,
    );
  }
  try {
    const commit = await askForCommit({ ...request, attempts: remembered === undefined ? defaultAttempts : 1 });
    await store(cache, key, new Response(commit));
    return commit;
  } catch (error) {
    signal?.throwIfAborted();
    if (remembered === undefined || error instanceof NoSuchRevision) throw error;
    return remembered;
  }
}

/** Requests a small file for the commit in its response; a large file's response is from another server, without it. */
async function askForCommit(request: HubRequest): Promise<string> {
  let last: { response: Response; name: string } | undefined;
  for (const name of commonFiles) {
    const response = await head(request, hubUrl(request, name));
    last = { response, name };
    if (!response.ok && !isNoSuchFile(response)) throw responseError(request, name, response);
    const commit = response.headers.get("x-repo-commit");
    if (commit !== null && commitPattern.test(commit)) return commit;
  }
  if (last && !last.response.ok) throw responseError(request, last.name, last.response);
  throw new CheckpointError(
    "FOLDER",
    `hub: ${shownAddress(request.endpoint.url)} answers without X-Repo-Commit. Use a Hugging Face hub or a full mirror as the endpoint.`,
  );
}

async function head({ headers, signal, timeout, attempts, repository }: HubRequest, url: URL): Promise<Response> {
  return withRetries(
    async () => {
      const limit = timeLimit(timeout, signal);
      try {
        const response = await ask(url, { method: "HEAD", headers, limit });
        const transient = transientAnswer(response);
        if (transient) throw transient;
        return response;
      } finally {
        limit.stop();
      }
    },
    { attempts, signal, gaveUp: (cause, tried) => unreachable(url, repository, cause, tried) },
  );
}

/** Undefined without Cache Storage: in Node, and in pages that are neither on HTTPS nor on localhost. */
async function openCache(name: string): Promise<Cache | undefined> {
  const { caches } = globalThis as { caches?: CacheStorage };
  return caches?.open(name).catch(() => undefined);
}

/** Caches a response. If the page's quota is full, it is downloaded again next time. */
async function store(cache: Cache | undefined, url: string, response: Response): Promise<void> {
  await cache?.put(url, response).catch(() => {});
}
