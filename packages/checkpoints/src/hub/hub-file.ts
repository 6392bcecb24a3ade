import { CheckpointError } from "../checkpoint-error.ts";
import { request } from "../http/request.ts";
import { transientAnswer, withRetries } from "../http/retries.ts";
import { parseLength } from "../http/size-limit.ts";
import { timeLimit } from "../http/time-limit.ts";
import { shortened, shownAddress, type WebAddress } from "../http/web-address.ts";
import { commitPattern } from "./hub-options.ts";
import { refusal, unreachable } from "./hub-refusals.ts";

/** What the hub says of a file before it is fetched. */
export interface HubFile {
  /** Where the file is, by its commit. */
  readonly url: URL;
  /** The commit that the revision stands for. */
  readonly commit: string;
  /** Names the content: SHA-256 of a large file, git's SHA-1 of a small one; mirrors may have names of their own. */
  readonly etag: string;
  readonly size: number | undefined;
}

/** The hub says that a commit has no such file. */
export interface NoHubFile {
  readonly commit: string;
  readonly etag?: undefined;
}

export interface HubRequest {
  readonly endpoint: WebAddress;
  readonly repository: string;
  readonly revision: string;
  /** Who asks: for the endpoint's origin alone. */
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
  /** Why there is no token among the headers, where that is an error. */
  readonly tokenProblem?: string | undefined;
  /** Seconds of silence that end an attempt. */
  readonly timeout: number;
  readonly attempts: number;
}

/** Where a file of a repository is. */
export function hubUrl({ endpoint, repository, revision }: HubRequest, name: string): URL {
  const path = [...repository.split("/"), "resolve", revision, ...name.split("/")];
  const { origin, pathname } = endpoint.url;
  return new URL(`${origin}${pathname.replace(/(?<!\/)\/+$/, "")}/${path.map(encodeURIComponent).join("/")}`);
}

/**
 * Asks for a file's description, or for the commit that lacks it. Throws a CheckpointError where there is no such
 * repository or revision, and where the hub refuses, cannot be reached, or says nothing certain.
 */
export async function describeHubFile(asked: HubRequest, name: string): Promise<HubFile | NoHubFile> {
  const url = hubUrl(asked, name);
  const response = await head(url, asked);
  if (isNoSuchFile(response)) {
    const commit = await commitOfAbsence(asked, name, response, url);
    if (commit === undefined) throw refusal(asked, name, response);
    return { commit: checkCommit(asked, commit, url) };
  }
  if (response.status !== 200 && response.headers.get("x-linked-etag") === null) throw refusal(asked, name, response);
  const { headers } = response;
  const tag = headers.get("x-linked-etag") ?? headers.get("etag");
  if (tag === null) throw incomplete(url, "ETag");
  const etag = tag.replace(/^W\//, "").replaceAll('"', "");
  if (!/^\w[\w-]*(\.[\w-]+)*$/.test(etag) || etag.length > 128)
    throw new CheckpointError(
      "FOLDER",
      `hub: ${shownAddress(url)} answered with an ETag that is none: ${shortened(tag)}.`,
    );
  const packed = (headers.get("content-encoding") ?? "identity") !== "identity";
  const size = headers.get("x-linked-size") ?? (packed ? null : headers.get("content-length"));
  const commit = checkCommit(asked, commitOf(headers, url), url);
  return { url: hubUrl({ ...asked, revision: commit }, name), commit, etag, size: parseLength(size) };
}

/** Whether an answer says that a repository lacks a file, or says at least nothing else. */
export function isNoSuchFile({ status, headers }: Response): boolean {
  return status === 404 && ["EntryNotFound", null].includes(headers.get("x-error-code"));
}

/** Files that nearly every repository has. */
export const commonFiles: readonly string[] = ["config.json", ".gitattributes", "README.md"];

/**
 * The commit that lacks a file. A plain mirror's 404 may mean the file, the revision or the repository: it is the file
 * where another one is there. Undefined where none is.
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
    if (!isNoSuchFile(response)) throw refusal(asked, other, response);
  }
  return undefined;
}

function commitOf(headers: Headers, url: URL): string {
  const commit = headers.get("x-repo-commit");
  if (commit === null) throw incomplete(url, "X-Repo-Commit");
  if (commitPattern.test(commit)) return commit;
  throw new CheckpointError(
    "FOLDER",
    `hub: ${shownAddress(url)} answered with a commit that is none: ${shortened(commit)}.`,
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

/** Large files are described by the redirect that leads to them; a moved repository's redirect is followed. */
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
