import { CheckpointError } from "../checkpoint-error.ts";
import { blobSource } from "./blob-source.ts";
import { checkFileName, type Folder } from "./folder.ts";

export interface HttpFolderOptions {
  /** Headers of every request, such as an authorization. */
  headers?: Readonly<Record<string, string>>;
  /** Ends requests under way. */
  signal?: AbortSignal;
}

/**
 * A folder behind a web address, read-only. A relative address is resolved against the page's. What is opened is
 * fetched whole, as a blob, which a browser keeps outside the page's memory.
 * 404 means that there is no such file; every other failure throws a CheckpointError with address and status.
 */
export function httpFolder(address: string | URL, { headers, signal }: HttpFolderOptions = {}): Folder {
  const base = folderUrl(address);

  async function bodyOf<T>(name: string, body: (response: Response) => Promise<T>): Promise<T | undefined> {
    const url = new URL(checkFileName(name).split("/").map(encodeURIComponent).join("/"), base);
    url.search = base.search;
    const response = await request(url, { ...(headers && { headers: { ...headers } }), ...(signal && { signal }) });
    if (response.status === 404) return undefined;
    if (!response.ok)
      throw new CheckpointError(
        "FOLDER",
        `httpFolder: ${url.href} answered ${response.status} ${response.statusText}.`,
      );
    return isPage(response, name) ? undefined : whole(body(response), url);
  }

  return {
    label: base.href,
    read: (name) => bodyOf(name, async (response) => new Uint8Array(await response.arrayBuffer())),
    async open(name) {
      const blob = await bodyOf(name, (response) => response.blob());
      return blob && blobSource(blob, `${name} in ${base.href}`);
    },
  };
}

function folderUrl(address: string | URL): URL {
  const page = (globalThis as { document?: { baseURI?: string } }).document?.baseURI;
  let url: URL;
  try {
    url = new URL(address, page);
  } catch (cause) {
    throw new CheckpointError(
      "FOLDER",
      `httpFolder: ${JSON.stringify(address)} is not a web address. Give one such as "https://example.org/models/my-bert/".`,
      { cause },
    );
  }
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  return url;
}

async function request(url: URL, options: RequestInit): Promise<Response> {
  try {
    return await fetch(url, options);
  } catch (cause) {
    if (options.signal?.aborted) throw cause;
    throw new CheckpointError(
      "FOLDER",
      `httpFolder: ${url.href} could not be reached: ${cause instanceof Error ? cause.message : String(cause)}.`,
      { cause },
    );
  }
}

async function whole<T>(body: Promise<T>, url: URL): Promise<T> {
  try {
    return await body;
  } catch (cause) {
    throw new CheckpointError(
      "FOLDER",
      `httpFolder: ${url.href} broke off: ${cause instanceof Error ? cause.message : String(cause)}.`,
      { cause },
    );
  }
}

/** Development servers answer a missing file with their index page and 200. */
function isPage(response: Response, name: string): boolean {
  return !name.endsWith(".html") && (response.headers.get("content-type") ?? "").startsWith("text/html");
}
