import { checkOptions, utf16Of } from "@bertkit/checks";
import { DatasetError } from "../dataset-error.ts";
import { sourceRules } from "../option-rules.ts";
import { chunksOf } from "../sources/chunks.ts";
import { nameOf, openedSource, type Source, type SourceOptions } from "../sources/source.ts";
import { unpacked } from "../sources/unpacked.ts";

/**
 * The text of a source, in chunks of any length, without a byte order mark. Throws if bytes are not in the encoding, or begin with
 * the byte order mark of another; for UTF-8 the error has the line.
 */
export function readText(source: Source, options: SourceOptions = {}): AsyncGenerator<string, void, undefined> {
  checkOptions("readText", options, sourceRules);
  return textOf(source, options);
}

/** The same for a reader that has checked its options, and has others. */
export async function* textOf(source: Source, options: SourceOptions): AsyncGenerator<string, void, undefined> {
  const { encoding = "utf-8" } = options;
  const opened = await openedSource(source);
  const file = options.file ?? nameOf(opened);
  const decoder = new TextDecoder(encoding, { fatal: true });
  let line = 1;
  const decode = (bytes?: Uint8Array): string => {
    try {
      const text = decoder.decode(bytes, { stream: bytes !== undefined });
      for (let i = text.indexOf("\n"); i >= 0; i = text.indexOf("\n", i + 1)) line++;
      return text;
    } catch {
      const place = decoder.encoding === "utf-8" ? { file, line: line + linesBeforeFailure(bytes) } : { file };
      throw new DatasetError(
        "readText",
        `the bytes are not ${decoder.encoding} text. Pass { encoding: "windows-1252" } or the file's encoding, or save it as UTF-8; gzip and zip are decompressed, other compression is not.`,
        place,
      );
    }
  };
  let first = true;
  for await (const chunk of unpacked(chunksOf(opened), { ...options, ...(file !== undefined && { file }) })) {
    const mark = first && typeof chunk !== "string" ? utf16Of(chunk) : undefined;
    if (mark !== undefined && mark !== decoder.encoding)
      throw new DatasetError(
        "readText",
        `the bytes are not ${decoder.encoding} text: they begin with the byte-order mark of ${mark}. Pass { encoding: "${mark}" }, or save it as UTF-8.`,
        { file },
      );
    let text = typeof chunk === "string" ? chunk : decode(chunk);
    if (text === "") continue;
    if (first && text.charCodeAt(0) === 0xfeff) text = text.slice(1);
    first = false;
    yield text;
  }
  const rest = decode();
  if (rest !== "") yield rest;
}

/** The line ends of a chunk before the bytes that are not UTF-8. */
function linesBeforeFailure(chunk: Uint8Array = new Uint8Array()): number {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  // At most three bytes may end a character of the chunk before.
  const start = chunk.subarray(0, 3).findIndex((byte) => byte >> 6 !== 0b10);
  let lines = 0;
  try {
    for (const byte of chunk.subarray(Math.max(start, 0)))
      if (decoder.decode(Uint8Array.of(byte), { stream: true }) === "\n") lines++;
  } catch {
    return lines;
  }
  return 0; // those first bytes, or a character that this chunk does not end
}
