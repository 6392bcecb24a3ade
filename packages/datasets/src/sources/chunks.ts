import { fileBytes } from "#files";
import { DatasetError } from "../dataset-error.ts";
import { type Chunks, isAddress, isText, nameOf, type OpenedSource } from "./source.ts";
import { bodyOf, webBytes } from "./web-bytes.ts";

/** The chunks of a source as they arrive, compressed or not. */
export function chunksOf(source: OpenedSource): AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array> {
  if (typeof source === "string") {
    if (isText(source)) return [source];
    if (source === "")
      throw new DatasetError(
        "read",
        "the source is an empty string. Pass a path, or for text that may be empty, [text].",
      );
    return isAddress(source) ? chunksOf(new URL(source)) : fileBytes(source);
  }
  if (source instanceof URL) return source.protocol === "file:" ? fileBytes(source) : webBytes(source);
  if (source instanceof Uint8Array) return [source];
  if (source instanceof ArrayBuffer) return [new Uint8Array(source)];
  if (source instanceof Blob) return chunksOfStream(source.stream());
  if (source instanceof Response) return bodyOf(source, nameOf(source));
  if (isChunks(source))
    return checkedChunks(Symbol.asyncIterator in source || Symbol.iterator in source ? source : chunksOfStream(source));
  throw new DatasetError(
    "read",
    `the source must be a path, a URL, text with line ends, bytes, a Blob, a Response, a stream or a function that returns one, got ${described(source)}. Pass one of these.`,
  );
}

async function* checkedChunks(
  chunks: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
): AsyncGenerator<string | Uint8Array, void, undefined> {
  for await (const chunk of chunks) {
    if (typeof chunk !== "string" && !(chunk instanceof Uint8Array))
      throw new DatasetError(
        "read",
        `the source must give texts or bytes, got ${described(chunk)}. Pass rows to Dataset.from, and text as [text].`,
      );
    yield chunk;
  }
}

function isChunks(source: Chunks): boolean {
  return (
    typeof source === "object" &&
    source !== null &&
    (Symbol.asyncIterator in source || Symbol.iterator in source || "getReader" in source)
  );
}

function described(value: unknown): string {
  return value === null
    ? "null"
    : typeof value === "object"
      ? "another kind of object"
      : `${typeof value} ${String(value).slice(0, 60)}`;
}

/** Safari's ReadableStream is not an async iterable. */
async function* chunksOfStream<Chunk extends string | Uint8Array>(
  stream: ReadableStream<Chunk>,
): AsyncGenerator<Chunk, void, undefined> {
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel();
  }
}
