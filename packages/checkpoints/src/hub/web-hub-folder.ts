import { CheckpointError } from "../checkpoint-error.ts";
import { blobSource } from "../folders/blob-source.ts";
import { checkFileName, type Folder } from "../folders/folder.ts";
import { downloadBlob } from "./download-blob.ts";
import { commonFiles, hubHeaders, type HubRequest, hubUrl, isNoSuchFile, refusal, unreachable } from "./hub-file.ts";
import { checkRepository, commitPattern, type HubFolderOptions } from "./hub-options.ts";

/**
 * A model repository of the Hugging Face hub as a read-only folder, for web pages: files are fetched when first read
 * and kept in the page's Cache Storage, where it has any, by their commit. Offline, or where the hub cannot be reached,
 * what is cached of the revision is used. In Node take `hubFolder` from "@bertkit/checkpoints/node".
 *
 * @param repository "owner/name", such as "google-bert/bert-base-uncased"
 * @param options `cache` is the name of the page's cache, by default "bertkit"; there are no environment variables
 * @throws CheckpointError where the repository or revision does not exist, is private, or cannot be reached
 */
export function webHubFolder(
  repository: string,
  { revision = "main", endpoint = "https://huggingface.co", ...options }: HubFolderOptions = {},
): Folder {
  checkRepository("webHubFolder", repository, revision);
  const { token, signal, onProgress, cache: cacheName = "bertkit", offline = false } = options;
  const request = { endpoint: endpoint.replace(/\/+$/, ""), repository, revision, token, signal };
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
    const known = await cache?.match(url);
    if (known) return known.ok ? known.blob() : undefined;
    if (offline) return undefined;
    const refused = (response: Response): CheckpointError | undefined =>
      isNoSuchFile(response) ? undefined : refusal(pinned, response);
    const blob = await downloadBlob(url, { name, headers: hubHeaders(token), signal, onProgress, refused });
    // A commit's files never change: that it lacks one is worth remembering as well.
    await store(cache, url, blob ? new Response(blob) : new Response(null, { status: 404 }));
    return blob;
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
  /** The request with the commit as its revision. */
  readonly pinned: HubRequest;
}

/** What a revision stands for now; what it last stood for, where the hub is not to be asked or cannot be. */
async function commitOf(request: HubRequest, cache: Cache | undefined, offline: boolean): Promise<string> {
  const { repository, revision } = request;
  if (commitPattern.test(revision)) return revision;
  const key = hubUrl(request, "refs").replace("/resolve/", "/refs/");
  const remembered = async (): Promise<string | undefined> => (await cache?.match(key))?.text();
  let problem: CheckpointError | undefined;
  if (!offline) {
    try {
      const commit = await askForCommit(request);
      await store(cache, key, new Response(commit));
      return commit;
    } catch (error) {
      if (!CheckpointError.isInstance(error) || error.cause === undefined) throw error;
      problem = error;
    }
  }
  const commit = await remembered();
  if (commit !== undefined) return commit;
  throw (
    problem ??
    new CheckpointError(
      "FOLDER",
      `webHubFolder: ${repository} at ${revision} is not in the page's cache, and offline forbids to fetch it. Load it once online.`,
    )
  );
}

/** Every answer about a small file names the commit; large files are elsewhere, where nobody knows it. */
async function askForCommit(request: HubRequest): Promise<string> {
  let last: Response | undefined;
  for (const name of commonFiles) {
    const url = hubUrl(request, name);
    const { token, signal } = request;
    try {
      last = await fetch(url, { method: "HEAD", headers: hubHeaders(token), ...(signal && { signal }) });
    } catch (cause) {
      signal?.throwIfAborted();
      throw unreachable(url, request.repository, cause);
    }
    const commit = last.headers.get("x-repo-commit");
    if (commit !== null && commitPattern.test(commit)) return commit;
    if (!last.ok && !isNoSuchFile(last)) throw refusal(request, last);
  }
  if (last && !last.ok) throw refusal(request, last);
  throw new CheckpointError(
    "FOLDER",
    `hub: ${request.endpoint} answers without X-Repo-Commit. Give a Hugging Face hub or a full mirror of one as the endpoint.`,
  );
}

/** Undefined where there is no Cache Storage: in Node, and in pages that are neither on HTTPS nor local. */
async function openCache(name: string): Promise<Cache | undefined> {
  const { caches } = globalThis as { caches?: CacheStorage };
  return caches?.open(name).catch(() => undefined);
}

/** Keeps an answer, unless the page may keep no more: it is then fetched again next time. */
async function store(cache: Cache | undefined, url: string, response: Response): Promise<void> {
  await cache?.put(url, response).catch(() => {});
}
