import { CheckpointError } from "../checkpoint-error.ts";
import { request } from "../http/request.ts";
import { transientAnswer, withRetries } from "../http/retries.ts";
import { parseLength } from "../http/size-limit.ts";
import { timeLimit } from "../http/time-limit.ts";
import { shortened, shownAddress } from "../http/web-address.ts";
import { commitPattern } from "./hub-options.ts";
import { responseError, unreachable } from "./hub-errors.ts";
import type { HubRequest } from "./hub-request.ts";

/** The hub's description of a file, before the download. */
export interface HubFile {
  /** The address of the file at its commit. */
  readonly url: URL;
  /** The commit of the revision. */
  readonly commit: string;
  /** Identifies the content: SHA-256 of a large file, git's SHA-1 of a small one; mirrors may use other names. */
  readonly etag: string;
  readonly size: number | undefined;
}

/** The hub's answer that a commit does not have the file. */
export interface NoHubFile {
  readonly commit: string;
  readonly etag?: undefined;
}

/** The address of a file of a repository. */
export function hubUrl({ endpoint, repository, revision }: HubRequest, name: string): URL {
  const path = [...repository.split("/"), "resolve", revision, ...name.split("/")];
  const { origin, pathname } = endpoint.url;
  return new URL(`${origin}${pathname.replace(/(?<!\/)\/+$/, "")}/${path.map(encodeURIComponent).join("/")}`);
}

/**
 * Requests the description of a file, or the commit that lacks it. Throws a CheckpointError if the repository or
 * revision does not exist, or if the hub rejects the request, cannot be reached or is not clear about it.
 */
export async function describeHubFile(asked: HubRequest, name: string): Promise<HubFile | NoHubFile> {
  const url = hubUrl(asked, name);
  const response = await head(url, asked);
  if (isNoSuchFile(response)) {
    const commit = await commitOfAbsence(asked, name, response, url);
    if (commit === undefined) throw responseError(asked, name, response);
    return { commit: checkCommit(asked, commit, url) };
  }
  if (response.status !== 200 && response.headers.get("x-linked-etag") === null)
    throw responseError(asked, name, response);
  const { headers } = response;
  const tag = headers.get("x-linked-etag") ?? headers.get("etag");
  if (tag === null) throw incomplete(url, "ETag");
  const etag = tag.replace(/^W\//, "").replaceAll('"', "");
  if (!/^\w[\w-]*(\.[\w-]+)*$/.test(etag) || etag.length > 128)
    throw new CheckpointError("FOLDER", `hub: ${shownAddress(url)} answered with an invalid ETag: ${shortened(tag)}.`);
  const packed = (headers.get("content-encoding") ?? "identity") !== "identity";
  const size = headers.get("x-linked-size") ?? (packed ? null : headers.get("content-length"));
  const commit = checkCommit(asked, commitOf(headers, url), url);
  return { url: hubUrl({ ...asked, revision: commit }, name), commit, etag, size: parseLength(size) };
}

/** Whether a response means that the repository lacks the file: a 404 with that reason, or with none. */
export function isNoSuchFile({ status, headers }: Response): boolean {
  return status === 404 && ["EntryNotFound", null].includes(headers.get("x-error-code"));
}

/** Files that nearly every repository has. */
export const commonFiles: readonly string[] = ["config.json", ".gitattributes", "README.md"];

/**
 * The commit that lacks a file. A 404 of a plain mirror may be about the file, the revision or the repository: it is
 * about the file if another file exists. Undefined if none exists.
 */
async function commitOfAbsence(
  asked: HubRequest,
  name: string,
  { headers }: Response,
  at: URL,
): Promise<string | undefined> {
  if (headers.has("x-repo-commit")) return commitOf(headers, at);
  if (headers.has("x-error-code") && commitPattern.test(asked.revision)) return asked.revision;
  for (const other of commonFiles) {
    if (other === name) continue;
    const url = hubUrl(asked, other);
    const response = await head(url, asked);
    if (response.status < 400) return commitOf(response.headers, url);
    if (!isNoSuchFile(response)) throw responseError(asked, other, response);
  }
  return undefined;
}

function commitOf(headers: Headers, url: URL): string {
  const commit = headers.get("x-repo-commit");
  if (commit === null) throw incomplete(url, "X-Repo-Commit");
  if (commitPattern.test(commit)) return commit;
  throw new CheckpointError(
    "FOLDER",
    `hub: ${shownAddress(url)} answered with an invalid commit: ${shortened(commit)}.`,
  );
}

function checkCommit({ revision }: HubRequest, commit: string, url: URL): string {
  if (!commitPattern.test(revision) || revision === commit) return commit;
  throw new CheckpointError("FOLDER", `hub: ${shownAddress(url)} answered for another commit, ${commit}.`);
}

function incomplete(url: URL, header: string): CheckpointError {
  return new CheckpointError(
    "FOLDER",
    `hub: ${shownAddress(url)} answered without ${header}. Set HF_ENDPOINT to a Hugging Face hub or a full mirror of one.`,
  );
}

/** A redirect to a large file has its description in the headers; the redirect of a moved repository is followed. */
async function head(url: URL, { headers, signal, timeout, attempts, repository }: HubRequest): Promise<Response> {
  return withRetries(
    async () => {
      const limit = timeLimit(timeout, signal);
      try {
        const response = await request(url, {
          method: "HEAD",
          headers,
          plain: { "accept-encoding": "identity" },
          limit,
          isAnswer: (redirect) => redirect.headers.has("x-linked-etag"),
        });
        void response.body?.cancel().catch(() => {});
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
