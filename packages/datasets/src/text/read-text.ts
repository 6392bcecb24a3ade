import { checkOptions, utf16Of } from "@bertkit/checks";
import { DatasetError } from "../dataset-error.ts";
import { sourceRules } from "../option-rules.ts";
import { chunksOf } from "../sources/chunks.ts";
import { nameOf, openedSource, type Source, type SourceOptions } from "../sources/source.ts";
import { unpacked } from "../sources/unpacked.ts";

/**
 * The text of a source, in chunks of any length, without a byte order mark. Throws if bytes are not in the encoding, or begin with
 * the byte order mark of another.
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
  const decode = (bytes?: Uint8Array): string => {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined });
    } catch {
      throw new DatasetError(
        "readText",
        `the bytes are not ${decoder.encoding} text. Pass { encoding: "windows-1252" } or the file's encoding, or save it as UTF-8; gzip and zip are decompressed, other compression is not.`,
        { file },
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
