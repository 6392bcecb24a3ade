import { CheckpointError } from "../checkpoint-error.ts";

/** What the hub says of a file before it is fetched. */
export interface HubFile {
  readonly url: string;
  /** The commit that the revision stands for. */
  readonly commit: string;
  /** Names the content: SHA-256 of a large file, git's SHA-1 of a small one. */
  readonly etag: string;
  readonly size: number | undefined;
}

export interface HubRequest {
  readonly endpoint: string;
  readonly repository: string;
  readonly revision: string;
  readonly token: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Headers that say who asks; a redirect to another host does not get them. */
export function hubHeaders(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

/** Where a file of a repository is. */
export function hubUrl({ endpoint, repository, revision }: HubRequest, name: string): string {
  const path = [...repository.split("/"), "resolve", revision, ...name.split("/")];
  return `${endpoint}/${path.map(encodeURIComponent).join("/")}`;
}

/**
 * Asks for a file's description, or undefined where the repository has no such file. Throws a CheckpointError where
 * there is no such repository or revision, and where the hub refuses or cannot be reached.
 */
export async function describeHubFile(request: HubRequest, name: string): Promise<HubFile | undefined> {
  const url = hubUrl(request, name);
  const response = await head(url, request);
  if (isNoSuchFile(response)) {
    if (saysNothing(response) && !(await hasOtherFile(request, name))) throw refusal(request, response);
    return undefined;
  }
  if (response.status >= 400) throw refusal(request, response);
  const tag = response.headers.get("x-linked-etag") ?? response.headers.get("etag");
  const commit = response.headers.get("x-repo-commit");
  if (tag === null || commit === null)
    throw new CheckpointError(
      "FOLDER",
      `hub: ${url} answered without ${tag === null ? "ETag" : "X-Repo-Commit"}. Set HF_ENDPOINT to a Hugging Face hub or a full mirror of one.`,
    );
  const size = response.headers.get("x-linked-size") ?? response.headers.get("content-length");
  const etag = tag.replace(/^W\//, "").replaceAll('"', "");
  if (!/^[\w.-]+$/.test(etag) || !/^[0-9a-f]{40}$/.test(commit))
    throw new CheckpointError("FOLDER", `hub: ${url} answered with an ETag or commit that is none: ${tag}, ${commit}.`);
  return { url, commit, etag, size: size === null ? undefined : Number(size) };
}

/** Whether an answer says that a repository lacks a file, or says at least nothing else. */
export function isNoSuchFile({ status, headers }: Response): boolean {
  return status === 404 && !["RepoNotFound", "RevisionNotFound"].includes(headers.get("x-error-code") ?? "");
}

/** A plain mirror's 404 may mean the file, the revision or the repository. */
function saysNothing({ headers }: Response): boolean {
  return !headers.has("x-error-code") && !headers.has("x-repo-commit");
}

/** Files that nearly every repository has. */
export const commonFiles: readonly string[] = ["config.json", ".gitattributes", "README.md"];

async function hasOtherFile(request: HubRequest, name: string): Promise<boolean> {
  for (const other of commonFiles) {
    if (other !== name && (await head(hubUrl(request, other), request)).status < 400) return true;
  }
  return false;
}

/** Large files are described by the redirect that leads to them; a moved repository redirects within the hub. */
async function head(url: string, { token, signal, repository }: HubRequest): Promise<Response> {
  let address = url;
  for (let moves = 0; ; moves++) {
    let response: Response;
    try {
      response = await fetch(address, {
        method: "HEAD",
        redirect: "manual",
        headers: { ...hubHeaders(token), "accept-encoding": "identity" },
        ...(signal && { signal }),
      });
    } catch (cause) {
      signal?.throwIfAborted();
      throw unreachable(address, repository, cause);
    }
    const location = response.headers.get("location");
    if (response.status < 300 || response.status >= 400 || location === null) return response;
    const target = new URL(location, address);
    if (response.headers.has("x-linked-etag") || target.host !== new URL(address).host || moves === 5) return response;
    address = target.href;
  }
}

export function unreachable(address: string, repository: string, cause: unknown): CheckpointError {
  return new CheckpointError(
    "FOLDER",
    `hub: ${address} could not be reached. Check the network or the endpoint (HF_ENDPOINT); offline (HF_HUB_OFFLINE=1) uses what is cached of ${repository}.`,
    { cause },
  );
}

/** What an answer of 400 and above means, and what to do. */
export function refusal({ repository, revision, endpoint }: HubRequest, response: Response): CheckpointError {
  const where = `${repository} at ${endpoint}`;
  const problem = response.headers.get("x-error-code");
  if (response.status === 404 && problem === null)
    return new CheckpointError(
      "FOLDER",
      `hub: nothing of ${where} is to be found (404): there is no such repository or no revision ${JSON.stringify(revision)} of it, or it is private. Check the name and the revision, or set HF_TOKEN.`,
    );
  if (problem === "RevisionNotFound")
    return new CheckpointError("FOLDER", `hub: there is no revision ${JSON.stringify(revision)} of ${where}.`);
  if (problem === "RepoNotFound" || response.status === 401)
    return new CheckpointError(
      "FOLDER",
      `hub: there is no ${where}, or it is private (${response.status}). Check the name, or set HF_TOKEN.`,
    );
  if (response.status === 403)
    return new CheckpointError(
      "FOLDER",
      `hub: ${where} is gated (403). Accept its terms on its page, and set HF_TOKEN.`,
    );
  return new CheckpointError("FOLDER", `hub: ${where} answered ${response.status} ${response.statusText}.`);
}
