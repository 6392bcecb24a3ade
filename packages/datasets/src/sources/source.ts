import { callable, checkValue } from "@bertkit/checks";

/** Text or bytes in chunks. */
export type Chunks =
  | AsyncIterable<string | Uint8Array>
  | Iterable<string | Uint8Array>
  | ReadableStream<string | Uint8Array>;

/** A source after functions were called. */
export type OpenedSource = string | URL | Uint8Array | ArrayBuffer | Blob | Response | Chunks;

/**
 * A reader's input. A string without a line end is a path, or a URL with its scheme ("https://…"); in a page, a path is
 * relative to the page's URL. A string with a line end is the text itself; pass text that may have none in a list,
 * `[text]`. Also a URL, a Blob or File, a fetch Response, bytes, or a stream or iterable of bytes or text. A function
 * that returns any of these is called in each pass. gzip, and a file in a zip, are decompressed.
 */
export type Source = OpenedSource | (() => Source | Promise<Source>);

/** Options of every reader. */
export interface SourceOptions {
  /** The file's name, for messages. Default: that of a path, a URL, a File or a Response. */
  readonly file?: string;
  /** Encoding of a file that is not UTF-8, a label of the Encoding Standard: "windows-1252", "utf-16le". */
  readonly encoding?: string;
  /** Which file of a zip, by its path in it; required if it has several. */
  readonly entry?: string;
}

/** Calls a source's function, and one that it returns, and so on. */
export async function openedSource(source: Source): Promise<OpenedSource> {
  let opened = source;
  while (typeof opened === "function") {
    checkValue(
      "the data",
      "source",
      opened,
      callable,
      "Pass a path, a URL, bytes, a list of texts, or a function that opens one.",
    );
    opened = await opened();
  }
  return opened;
}

/** Whether a string is text: file names have no line end. */
export function isText(source: string): boolean {
  return /[\n\r]/.test(source);
}

/** Whether a string is a URL; "C:" of Windows is not. */
export function isAddress(source: string): boolean {
  return /^(?:[a-z][a-z\d+.-]+:\/\/|data:|blob:)/i.test(source);
}

/** A source's name in messages, without a URL's query, which may have a key. */
export function nameOf(source: Source): string | undefined {
  if (typeof source === "string") {
    if (isText(source) || source === "") return undefined;
    return isAddress(source) ? nameOfAddress(source) : shortened(source);
  }
  if (source instanceof URL) return nameOfAddress(source.href);
  if (typeof File !== "undefined" && source instanceof File) return shortened(source.name);
  if (typeof Response !== "undefined" && source instanceof Response) return nameOfAddress(source.url) || undefined;
  return undefined;
}

function nameOfAddress(address: string): string {
  return shortened(address.replace(/[?#].*$/s, "").replace(/^([a-z][a-z\d+.-]+:\/\/)[^/@]*@/i, "$1"));
}

function shortened(name: string): string {
  return name.length > 200 ? `${name.slice(0, 200)}…` : name;
}
