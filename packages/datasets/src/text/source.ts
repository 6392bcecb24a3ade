import { DatasetError } from "../dataset-error.ts";

type Chunks = AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array> | ReadableStream<string | Uint8Array>;

/**
 * Where a reader's text comes from: the text itself, its UTF-8 bytes, or a stream of either, such as
 * `createReadStream(path)`, `response.body` or `file.stream()`. Never a path: nothing here opens files.
 * A function that gives a source is called at each iteration, so its reader can be read again and again.
 */
export type Source = string | Uint8Array | Chunks | (() => Source | Promise<Source>);

/** What every reader takes beside its source. */
export interface SourceOptions {
  /** The file's name, for error messages. */
  file?: string;
  /** A label of the Encoding Standard, for a file that is not UTF-8: "windows-1252", "utf-16le". */
  encoding?: string;
}

/** The text of a source, in pieces of any length, without a byte order mark. Bytes that are not in the encoding throw. */
export async function* readText(
  source: Source,
  { file, encoding = "utf-8" }: SourceOptions = {},
): AsyncGenerator<string, void, undefined> {
  let opened = source;
  while (typeof opened === "function") opened = await opened();
  const decoder = new TextDecoder(encoding, { fatal: true });
  const decode = (bytes?: Uint8Array): string => {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined });
    } catch {
      throw new DatasetError(
        "readText",
        `the bytes are not ${decoder.encoding} text. Pass { encoding: "windows-1252" } or whatever the file is in, or save it as UTF-8; a compressed file must be unpacked first.`,
        { file },
      );
    }
  };
  let first = true;
  for await (const chunk of chunksOf(opened)) {
    let text = typeof chunk === "string" ? chunk : decode(chunk);
    if (text === "") continue;
    if (first && text.charCodeAt(0) === 0xfeff) text = text.slice(1);
    first = false;
    yield text;
  }
  const rest = decode();
  if (rest !== "") yield rest;
}

function chunksOf(
  source: Exclude<Source, () => unknown>,
): AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array> {
  if (typeof source === "string" || source instanceof Uint8Array) return [source];
  if (Symbol.asyncIterator in source || Symbol.iterator in source) return source;
  return chunksOfStream(source);
}

/** Safari's ReadableStream is not an async iterable. */
async function* chunksOfStream(
  stream: ReadableStream<string | Uint8Array>,
): AsyncGenerator<string | Uint8Array, void, undefined> {
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel();
  }
}
