/** Text or bytes in pieces. */
export type Chunks =
  | AsyncIterable<string | Uint8Array>
  | Iterable<string | Uint8Array>
  | ReadableStream<string | Uint8Array>;

/** What a source is once functions were called. */
export type OpenedSource = string | URL | Uint8Array | ArrayBuffer | Blob | Response | Chunks;

/**
 * Where a reader's data comes from. A string without a line end is a path, or an address with its scheme
 * ("https://…"); in a page a path is an address beside the page's. A string with a line end is the text itself; text of
 * which that is not known goes into a list, `[text]`. Or an URL, a Blob or File, a fetch's Response, bytes, or a stream
 * or iterable of bytes or text. A function that gives any of these is called at each pass. Data packed with gzip, and a
 * file in a zip, are unpacked on the way.
 */
export type Source = OpenedSource | (() => Source | Promise<Source>);

/** What every reader takes beside its source. */
export interface SourceOptions {
  /** The file's name, for messages. Default: that of a path, an address, a File or a Response. */
  file?: string;
  /** A label of the Encoding Standard, for a file that is not UTF-8: "windows-1252", "utf-16le". */
  encoding?: string;
  /** Which file of a zip, by its path in there; needed where it holds several. */
  entry?: string;
}

/** Whether a string is text, for a name of a file has no line end. */
export function isText(source: string): boolean {
  return /[\n\r]/.test(source);
}

/** Whether a string is an address; "C:" of Windows is none. */
export function isAddress(source: string): boolean {
  return /^(?:[a-z][a-z\d+.-]+:\/\/|data:|blob:)/i.test(source);
}

/** What to call a source in messages, without an address's query, which may hold a key. */
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
