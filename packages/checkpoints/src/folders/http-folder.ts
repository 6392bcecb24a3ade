import { checkOptions } from "@bertkit/checks";
import { CheckpointError } from "../checkpoint-error.ts";
import { downloadBlob, type DownloadedBlob } from "../http/download-blob.ts";
import { checkSeconds } from "../http/time-limit.ts";
import { checkHeaders, shortened, shownAddress, webAddress } from "../http/web-address.ts";
import { httpFolderRules } from "../option-rules.ts";
import { blobSource } from "./blob-source.ts";
import { checkFileName, type Folder } from "./folder.ts";

export interface HttpFolderOptions {
  /**
   * Headers of every request, such as an authorization. They are sent only to the address's scheme, host and port; a
   * redirect elsewhere is followed without them.
   */
  readonly headers?: Readonly<Record<string, string>>;
  /** Aborts pending requests. */
  readonly signal?: AbortSignal;
  /** Seconds without a byte after which a request is retried, up to five attempts. Default 10. */
  readonly timeout?: number;
  /**
   * Maximum bytes of one file. Default: the Content-Length; without one, or for a compressed response, the size in the
   * Content-Range of a request for one byte; if the server does not answer ranges 64 MiB, or 20 times the Content-Length
   * of a compressed response if that is more.
   */
  readonly maxBytes?: number;
}

const smallBytes = 1 << 20;

/**
 * A read-only folder at a web address. A relative address is resolved against the page. A user name and password in the
 * address are sent as an authorization; messages contain neither them nor a query. `open` downloads the whole file as a
 * blob, which a browser keeps outside the page's memory.
 *
 * A file does not exist if the server answers 404, or with the page that a development server sends for every missing
 * file. Any other failure throws a CheckpointError with address and status.
 */
export function httpFolder(address: string | URL, options: HttpFolderOptions = {}): Folder {
  checkOptions("httpFolder", options, httpFolderRules);
  const { headers = {}, signal, timeout = 10, maxBytes } = options;
  const { document, location } = globalThis as { document?: { baseURI?: string }; location?: { href?: string } };
  const example = "https://example.org/models/my-bert/";
  const { url: base, headers: own } = webAddress("httpFolder", address, example, document?.baseURI ?? location?.href);
  if (!base.pathname.endsWith("/")) base.pathname += "/";
  checkSeconds("httpFolder: timeout", timeout);
  checkHeaders("httpFolder", headers);
  const sent = Object.fromEntries([...new Headers(own), ...new Headers(headers)]);
  const label = shownAddress(base);
  /** An existing file, to distinguish a page sent for missing files from one sent for all files. */
  let found: URL | undefined;
  let missingPage: string | undefined;

  const urlOf = (name: string): URL => {
    const url = new URL(checkFileName(name).split("/").map(encodeURIComponent).join("/"), base);
    url.search = base.search;
    return url;
  };

  function fetchFile(url: URL): Promise<DownloadedBlob | undefined> {
    return downloadBlob(url, {
      where: "httpFolder",
      headers: sent,
      signal,
      timeout,
      immutable: false,
      maxBytes,
      errorOf: (response) =>
        response.status === 404
          ? undefined
          : new CheckpointError(
              "FOLDER",
              `httpFolder: ${shownAddress(url)} answered ${response.status} ${shortened(response.statusText)}.`,
            ),
    });
  }

  async function blobOf(name: string): Promise<Blob | undefined> {
    const url = urlOf(name);
    const file = await fetchFile(url);
    if (!file || name.endsWith(".html") || !isPage(file)) {
      if (file && file.blob.size <= smallBytes) found ??= url;
      return file?.blob;
    }
    if (await isPageForMissingFiles(file)) return undefined;
    throw new CheckpointError(
      "FOLDER",
      `httpFolder: ${shownAddress(url)} answered with a page (text/html) instead of the file: a login or an error page. Open it in a browser, or let the server answer 404 for missing files.`,
    );
  }

  /** The page that a server sends for a name that cannot exist; "" if it sends none. */
  async function pageForMissingFile(): Promise<string> {
    const page = await fetchFile(urlOf(`bertkit-no-such-file-${Math.random().toString(36).slice(2)}`));
    return page && isPage(page) ? page.blob.text() : "";
  }

  /** Whether a server sends this page for every missing file, but still sends existing files. */
  async function isPageForMissingFiles(page: DownloadedBlob): Promise<boolean> {
    const asked = found;
    missingPage ??= await pageForMissingFile();
    if (missingPage !== (await page.blob.text())) return false;
    if (asked === undefined) return true;
    const again = await fetchFile(asked);
    return again !== undefined && !isPage(again);
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

function isPage({ headers }: DownloadedBlob): boolean {
  return /^\s*text\/html/i.test(headers.get("content-type") ?? "");
}
